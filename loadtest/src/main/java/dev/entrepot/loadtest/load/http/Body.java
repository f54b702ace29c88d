package dev.entrepot.loadtest.load.http;

import java.io.IOException;

/** Reads a body in whichever of the three framings of HTTP/1.1 (RFC 9112 section 6). */
final class Body {
  private static final int MOST_TRAILERS = 100;

  private Body() {}

  /**
   * Hands over the whole body.
   *
   * @return whether the end was marked, so that the connection can be used again
   * @throws PullFailed {@link Trouble#TRUNCATED} when it ends before it should
   */
  static boolean read(Inbound in, Head head, Inbound.Sink sink) throws IOException, PullFailed {
    if (!head.hasBody()) {
      return true;
    }
    if (head.isChunked()) {
      chunks(in, sink);
      return true;
    }
    if (head.first("Content-Length").isPresent()) {
      exactly(in, length(head), sink);
      return true;
    }
    while (in.give(Long.MAX_VALUE, sink) >= 0) {
      // until the connection ends: the sink has taken it all
    }
    return false;
  }

  private static void exactly(Inbound in, long length, Inbound.Sink sink)
      throws IOException, PullFailed {
    for (long done = 0; done < length; ) {
      int taken = in.give(length - done, sink);
      if (taken < 0) {
        throw new PullFailed(
            Trouble.TRUNCATED, "the body ended after " + done + " of " + length + " bytes");
      }
      done += taken;
    }
  }

  private static void chunks(Inbound in, Inbound.Sink sink) throws IOException, PullFailed {
    try {
      long size = chunkSize(in.line());
      while (size > 0) {
        exactly(in, size, sink);
        require(in.line().isEmpty(), "a chunk is longer than it said");
        size = chunkSize(in.line());
      }
      for (int count = 0; !in.line().isEmpty(); count++) {
        require(count < MOST_TRAILERS, "the trailer has no end");
      }
    } catch (java.io.EOFException _) {
      throw new PullFailed(Trouble.TRUNCATED, "the body ended before its last chunk");
    }
  }

  private static long chunkSize(String line) throws PullFailed {
    String hex = line.split(";", 2)[0].strip();
    require(hex.matches("[0-9a-fA-F]{1,15}"), "a chunk has no size");
    return Long.parseLong(hex, 16);
  }

  private static long length(Head head) throws PullFailed {
    String text = head.first("Content-Length").orElse("");
    require(
        text.matches("\\d{1,18}") && head.all("Content-Length").stream().allMatch(text::equals),
        "Content-Length is not one number");
    return Long.parseLong(text);
  }

  private static void require(boolean condition, String otherwise) throws PullFailed {
    if (!condition) {
      throw new PullFailed(Trouble.NOT_HTTP, otherwise);
    }
  }
}
