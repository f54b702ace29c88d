package dev.entrepot.loadtest.upstream;

import dev.entrepot.common.oci.AskedRange;
import dev.entrepot.common.oci.Digest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One request as it arrived.
 *
 * @param side the listener
 * @param connection a number of its own for each accepted connection
 * @param target path and query exactly as sent
 */
public record Request(
    Side side,
    long connection,
    String method,
    String target,
    Headers headers,
    byte[] body,
    Route route) {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  /** What it is about. */
  public Kind kind() {
    return route.kind();
  }

  /** The digest that it names, if it names one. */
  public Optional<Digest> digest() {
    try {
      return Optional.of(Digest.parse(route.reference()));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** The path, without the query. */
  public String path() {
    return target.split("\\?", 2)[0];
  }

  /** The query as sent, empty if there is none. */
  public String query() {
    int mark = target.indexOf('?');
    return mark < 0 ? "" : target.substring(mark + 1);
  }

  /** A decoded query parameter: the first of that name. */
  public Optional<String> parameter(String name) {
    return valueIn(query(), name);
  }

  /** A decoded field of a form body: the first of that name. */
  Optional<String> formField(String name) {
    return valueIn(new String(body, StandardCharsets.UTF_8), name);
  }

  /** The one range asked for; empty without one, and for several (RFC 9110 section 14.2). */
  public Optional<AskedRange> range() {
    return headers.first("Range").flatMap(Request::parseRange);
  }

  /** Whether only the head of the answer is wanted. */
  public boolean isHead() {
    return method.equals("HEAD");
  }

  /** This request as if that header had not been sent. */
  public Request without(String header) {
    return new Request(side, connection, method, target, headers.without(header), body, route);
  }

  /** This request as if exactly this header had been sent. */
  public Request with(String header, String value) {
    return new Request(side, connection, method, target, headers.with(header, value), body, route);
  }

  @Override
  public String toString() {
    return method + " " + target;
  }

  private static Optional<AskedRange> parseRange(String value) {
    Matcher range = RANGE.matcher(value.strip());
    if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
      return Optional.empty();
    }
    if (range.group(1).isEmpty()) {
      return Optional.of(new AskedRange.Last(Long.parseLong(range.group(2))));
    }
    long first = Long.parseLong(range.group(1));
    return Optional.of(
        range.group(2).isEmpty()
            ? new AskedRange.From(first)
            : new AskedRange.Between(first, Long.parseLong(range.group(2))));
  }

  private static Optional<String> valueIn(String form, String name) {
    for (String pair : form.split("&")) {
      String[] parts = pair.split("=", 2);
      if (parts[0].equals(name)) {
        return Optional.of(
            URLDecoder.decode(parts.length > 1 ? parts[1] : "", StandardCharsets.UTF_8));
      }
    }
    return Optional.empty();
  }
}
