package dev.entrepot.loadtest.load.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** What a connection has received and nobody has taken yet. For one thread. */
final class Inbound {
  /** Bytes read at once; small enough to be hashed while still in the processor's cache. */
  static final int BUFFER = 64 * 1024;

  private static final int LONGEST_LINE = 16 * 1024;

  private final InputStream stream;
  private final byte[] buffer = new byte[BUFFER];
  private int position;
  private int limit;
  private long received;

  Inbound(InputStream stream) {
    this.stream = stream;
  }

  /** Takes pieces of a body; they are valid only during the call. */
  @FunctionalInterface
  interface Sink {
    void accept(byte[] bytes, int offset, int length) throws PullFailed;
  }

  /** Whether nothing is left over. */
  boolean isEmpty() {
    return position == limit;
  }

  /** How many bytes have ever arrived. */
  long received() {
    return received;
  }

  /**
   * Hands over at most so many bytes, waiting for the first if there are none.
   *
   * @return how many; -1 at the end of the connection
   */
  int give(long most, Sink sink) throws IOException, PullFailed {
    if (isEmpty() && !fill()) {
      return -1;
    }
    int length = (int) Math.min(most, limit - position);
    int from = position;
    position += length;
    sink.accept(buffer, from, length);
    return length;
  }

  /** A line without its end. */
  String line() throws IOException, PullFailed {
    StringBuilder line = new StringBuilder();
    while (!takeUntilNewline(line)) {
      if (line.length() > LONGEST_LINE) {
        throw new PullFailed(Trouble.NOT_HTTP, "the answer has a line without an end");
      }
      if (!fill()) {
        throw new EOFException("the connection ended within an answer's head");
      }
    }
    int end = line.length();
    return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
  }

  private boolean takeUntilNewline(StringBuilder line) {
    int at = position;
    while (at < limit && buffer[at] != '\n') {
      at++;
    }
    line.append(new String(buffer, position, at - position, StandardCharsets.ISO_8859_1));
    boolean found = at < limit;
    position = found ? at + 1 : at;
    return found;
  }

  private boolean fill() throws IOException {
    int count = stream.read(buffer, 0, BUFFER);
    position = 0;
    limit = Math.max(count, 0);
    received += limit;
    return count > 0;
  }
}
