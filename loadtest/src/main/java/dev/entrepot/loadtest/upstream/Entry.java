package dev.entrepot.loadtest.upstream;

import dev.entrepot.common.oci.ByteRange;
import dev.entrepot.common.oci.Digest;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One request in the journal, as far as it has got.
 *
 * @param number counted from 1 in the order of arrival
 * @param request without its body and without the values of headers that hold secrets
 * @param secrets the headers that held secrets, lower case, each with its authentication scheme or
 *     an empty text
 * @param status what was answered; 0 as long as nothing was
 * @param part the bytes of the content that the answer set out to send; only for 200 and 206 to GET
 * @param bodyBytes how many bytes of body were handed to the network
 * @param end when the answer was all sent, or broke off; empty while it is under way
 */
public record Entry(
    long number,
    Request request,
    Map<String, String> secrets,
    int status,
    Optional<ByteRange> part,
    long bodyBytes,
    Instant start,
    Optional<Instant> end) {

  /** What was asked. */
  public Kind kind() {
    return request.kind();
  }

  /** How it was asked. */
  public String method() {
    return request.method();
  }

  /** The digest asked for, if one was. */
  public Optional<Digest> digest() {
    return request.digest();
  }

  /** Whether the header was there, its value being secret or not. */
  public boolean carried(String header) {
    return secrets.containsKey(Secrets.key(header)) || request.headers().has(header);
  }

  /** Whether some {@code Authorization} was there. */
  public boolean isAuthorized() {
    return carried("Authorization");
  }

  /** The bytes of the content that were sent, if any were set out for. */
  public Optional<ByteRange> sent() {
    return part.map(p -> new ByteRange(p.first(), Math.min(p.end(), p.first() + bodyBytes)));
  }

  /** Whether all that the answer set out to send was sent. */
  public boolean isComplete() {
    return end.isPresent() && part.map(p -> p.length() == bodyBytes).orElse(true);
  }

  @Override
  public String toString() {
    return "%d %s %s -> %d, %d bytes%s"
        .formatted(
            number,
            request,
            request.headers().first("Range").orElse(""),
            status,
            bodyBytes,
            end.isPresent() ? "" : " so far");
  }
}
