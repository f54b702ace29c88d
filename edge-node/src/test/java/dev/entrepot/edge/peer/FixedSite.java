package dev.entrepot.edge.peer;

import dev.entrepot.edge.cluster.Site;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A site whose ranking a test sets, with hints that are never lost. */
final class FixedSite implements Site {
  private final Member self;
  private final Map<String, byte[]> hints = new HashMap<>();
  private List<Member> ranking;
  private boolean silent;

  FixedSite(Member self, List<Member> ranking) {
    this.self = self;
    this.ranking = ranking;
  }

  synchronized void rank(List<Member> now) {
    ranking = now;
  }

  /** From now on no question is answered. */
  synchronized void fallSilent() {
    silent = true;
  }

  /** What was said last, as text. */
  synchronized Optional<String> said(Kind kind, String key) {
    return Optional.ofNullable(hints.get(kind + key))
        .map(it -> new String(it, StandardCharsets.UTF_8));
  }

  @Override
  public Member self() {
    return self;
  }

  @Override
  public synchronized List<Member> members() {
    return ranking;
  }

  @Override
  public synchronized List<Member> ranking(String key) {
    return ranking;
  }

  @Override
  public synchronized Future<Optional<byte[]>> hint(Kind kind, String key) {
    return silent
        ? Promise.<Optional<byte[]>>promise().future()
        : Future.succeededFuture(Optional.ofNullable(hints.get(kind + key)));
  }

  @Override
  public synchronized void tell(Kind kind, String key, byte[] value, Duration life) {
    hints.put(kind + key, value);
  }

  @Override
  public synchronized void forget(Kind kind, String key) {
    hints.remove(kind + key);
  }

  @Override
  public void close() {}
}
