package dev.entrepot.loadtest.upstream;

import dev.entrepot.common.oci.ByteRange;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** One line of the journal while it is written. Written by one thread, read by any. */
final class Recording {
  private final long number;
  private final Request request;
  private final Map<String, String> secrets;
  private final Instant start = Instant.now();
  private int status;
  private Optional<ByteRange> part = Optional.empty();
  private long bodyBytes;
  private Optional<Instant> end = Optional.empty();

  Recording(long number, Request request) {
    this.number = number;
    this.request = Secrets.strippedFrom(request);
    this.secrets = Secrets.in(request);
  }

  synchronized void answered(Answer answer) {
    status = answer.status();
    boolean content = answer.isContent() && request.method().equals("GET");
    part = content ? Optional.of(answer.part()) : Optional.empty();
  }

  /** Bytes are counted before they go, so that no client ever holds more than are written down. */
  synchronized void sending(int bytes) {
    bodyBytes += bytes;
  }

  synchronized void notSent(int bytes) {
    bodyBytes -= bytes;
  }

  synchronized void ended() {
    end = Optional.of(Instant.now());
  }

  synchronized Entry entry() {
    return new Entry(number, request, secrets, status, part, bodyBytes, start, end);
  }
}
