package dev.entrepot.loadtest.load.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The head of an answer.
 *
 * @param persistent whether the connection may be used again, as far as the head says
 * @param headers by lower-case name, each with all its values in order
 */
record Head(int status, boolean persistent, Map<String, List<String>> headers) {

  /** The first value of a header. */
  Optional<String> first(String name) {
    List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
    return values == null ? Optional.empty() : Optional.of(values.getFirst());
  }

  /** All values of a header. */
  List<String> all(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  /** Whether it is only the forerunner of the answer. */
  boolean isInterim() {
    return status >= 100 && status < 200;
  }

  /** Whether it sends the client elsewhere. */
  boolean isRedirect() {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  /** Whether there is a body at all (RFC 9112 section 6.3), to a GET. */
  boolean hasBody() {
    return !isInterim() && status != 204 && status != 304;
  }

  boolean isChunked() {
    return first("Transfer-Encoding").filter("chunked"::equalsIgnoreCase).isPresent();
  }
}
