package dev.entrepot.edge.upstream;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a request goes. The path and query are kept as they were written: a signed URL survives no
 * decoding and encoding.
 *
 * @param host a name or an address; IPv6 without brackets
 * @param file path and query, beginning with a slash
 */
record Target(boolean tls, String host, int port, String file) {
  private static final Pattern ABSOLUTE =
      Pattern.compile(
          "(?i)(https?)://(\\[[0-9a-f:.]+\\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?([/?][^#]*)?(?:#.*)?");
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:");
  private static final int LONGEST = 16 << 10;

  /** Reads an absolute URL without a user's name in it. */
  static Optional<Target> parse(String url) {
    Matcher matcher = ABSOLUTE.matcher(url);
    if (url.length() > LONGEST || !matcher.matches() || !isPlain(url)) {
      return Optional.empty();
    }
    boolean tls = matcher.group(1).equalsIgnoreCase("https");
    String host = matcher.group(2).toLowerCase(Locale.ROOT);
    int port = matcher.group(3) == null ? (tls ? 443 : 80) : Integer.parseInt(matcher.group(3));
    if (port < 1 || port > 65535) {
      return Optional.empty();
    }
    String file = matcher.group(4) == null ? "/" : matcher.group(4);
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return Optional.of(new Target(tls, bare, port, file.startsWith("?") ? "/" + file : file));
  }

  /** What a {@code Location} means, seen from here (RFC 9110, section 10.2.2). */
  Optional<Target> resolve(String location) {
    if (location.startsWith("//")) {
      return parse((tls ? "https:" : "http:") + location);
    }
    if (location.regionMatches(true, 0, "http:", 0, 5)
        || location.regionMatches(true, 0, "https:", 0, 6)) {
      return parse(location);
    }
    if (SCHEME.matcher(location).lookingAt()) {
      return Optional.empty();
    }
    if (location.isEmpty() || location.length() > LONGEST || !isPlain(location)) {
      return Optional.empty();
    }
    String bare =
        location.indexOf('#') < 0 ? location : location.substring(0, location.indexOf('#'));
    return Optional.of(at(bare.startsWith("/") ? bare : directory() + bare));
  }

  Target at(String otherFile) {
    return new Target(tls, host, port, otherFile);
  }

  /** Whether credentials meant for this may go there too. */
  boolean isSameOrigin(Target other) {
    return tls == other.tls && port == other.port && host.equals(other.host);
  }

  /** {@code host} or {@code host:port}, as in the Host header. */
  String authority() {
    String written = host.indexOf(':') < 0 ? host : "[" + host + "]";
    return port == (tls ? 443 : 80) ? written : written + ":" + port;
  }

  /** Without the query, which may be a secret. */
  @Override
  public String toString() {
    int query = file.indexOf('?');
    return (tls ? "https://" : "http://")
        + authority()
        + (query < 0 ? file : file.substring(0, query) + "?…");
  }

  private String directory() {
    int query = file.indexOf('?');
    String path = query < 0 ? file : file.substring(0, query);
    return path.substring(0, path.lastIndexOf('/') + 1);
  }

  private static boolean isPlain(String text) {
    return text.chars().allMatch(c -> c > ' ' && c < 127);
  }
}
