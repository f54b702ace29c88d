package dev.entrepot.loadtest.load.http;

import java.util.concurrent.atomic.LongAdder;

/** What sessions have done on the wire; shared by all of a load. */
public final class Traffic {
  private final LongAdder requests = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder connections = new LongAdder();
  private final LongAdder reopened = new LongAdder();
  private final LongAdder tokens = new LongAdder();

  /** Requests sent, whatever became of them: redirects, challenges and tokens count. */
  public long requests() {
    return requests.sum();
  }

  /** Bytes of bodies of answers with 200 to what was asked for; errors and tokens do not count. */
  public long bytes() {
    return bytes.sum();
  }

  /** Connections opened. */
  public long connections() {
    return connections.sum();
  }

  /** Requests sent again because the server had closed an idle connection. */
  public long reopened() {
    return reopened.sum();
  }

  /** Tokens received. */
  public long tokens() {
    return tokens.sum();
  }

  void requested() {
    requests.increment();
  }

  void received(int count) {
    bytes.add(count);
  }

  void connected() {
    connections.increment();
  }

  void reopening() {
    reopened.increment();
  }

  void authorized() {
    tokens.increment();
  }
}
