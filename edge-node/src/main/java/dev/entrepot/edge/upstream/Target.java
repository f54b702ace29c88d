package dev.entrepot.edge.upstream;

import dev.entrepot.common.net.IpAddresses;
import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a request goes. Keeps path and query exactly as they came: a signed URL that was decoded
 * and encoded again is no longer signed. Shows only its host, since the rest may be a secret.
 *
 * @param ssl https or http
 * @param host in lower case; an IPv6 literal in brackets
 * @param requestUri path and query, raw
 */
record Target(boolean ssl, String host, int port, String requestUri) {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;
  private static final int MAX_PORT = 65_535;

  /** An http or https URL without user information. */
  private static final Pattern ABSOLUTE =
      Pattern.compile(
          "(https?)://([a-z0-9._-]+|\\[[0-9a-f:.]+])(?::([0-9]{1,5}))?([/?][^#]*)?(?:#.*)?",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:.*");

  /** The base of an upstream; its path, if any, without a slash at the end. */
  static Optional<Target> ofBase(URI url) {
    return parse(url.toString())
        .filter(target -> target.requestUri.indexOf('?') < 0)
        .map(target -> target.at(target.requestUri.replaceAll("/+$", "")));
  }

  /** Reads an absolute URL. */
  static Optional<Target> parse(String url) {
    Matcher matcher = ABSOLUTE.matcher(url);
    return isVisibleAscii(url) && matcher.matches() ? of(matcher) : Optional.empty();
  }

  private static Optional<Target> of(Matcher matcher) {
    boolean ssl = matcher.group(1).equalsIgnoreCase("https");
    String digits = matcher.group(3);
    int port = digits == null ? (ssl ? HTTPS : HTTP) : Integer.parseInt(digits);
    String rest = matcher.group(4) == null ? "/" : matcher.group(4);
    return port < 1 || port > MAX_PORT
        ? Optional.empty()
        : Optional.of(
            new Target(
                ssl,
                matcher.group(2).toLowerCase(Locale.ROOT),
                port,
                rest.startsWith("?") ? "/" + rest : rest));
  }

  /** What a {@code Location} or {@code Link} means here (RFC 3986 section 5, without dots). */
  Optional<Target> resolve(String reference) {
    if (!isVisibleAscii(reference)) {
      return Optional.empty();
    }
    if (SCHEME.matcher(reference).matches()) {
      return parse(reference);
    }
    if (reference.startsWith("//")) {
      return parse((ssl ? "https:" : "http:") + reference);
    }
    return Optional.of(at(relative(withoutFragment(reference))));
  }

  private String relative(String reference) {
    if (reference.startsWith("/")) {
      return reference;
    }
    String path = path();
    return reference.startsWith("?") || reference.isEmpty()
        ? path + reference
        : path.substring(0, path.lastIndexOf('/') + 1) + reference;
  }

  /** The same host with another path and query. */
  Target at(String other) {
    return new Target(ssl, host, port, other);
  }

  /** The path alone, raw. */
  String path() {
    int query = requestUri.indexOf('?');
    return query < 0 ? requestUri : requestUri.substring(0, query);
  }

  /** Scheme, host and port: what decides whether credentials may go along (RFC 6454). */
  boolean sameOrigin(Target other) {
    return ssl == other.ssl && port == other.port && host.equals(other.host);
  }

  /** {@code host:port}. */
  String authority() {
    return host + ":" + port;
  }

  /** The address, when the host is a literal. */
  Optional<InetAddress> literal() {
    return IpAddresses.parse(host);
  }

  @Override
  public String toString() {
    return (ssl ? "https://" : "http://") + authority();
  }

  private static String withoutFragment(String reference) {
    int fragment = reference.indexOf('#');
    return fragment < 0 ? reference : reference.substring(0, fragment);
  }

  private static boolean isVisibleAscii(String text) {
    return text.chars().allMatch(c -> c > ' ' && c < 127);
  }
}
