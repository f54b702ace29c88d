package dev.entrepot.loadtest.load.http;

import java.net.URI;
import java.util.Locale;

/**
 * An origin in the sense of RFC 6454: what credentials are for.
 *
 * @param tls whether it speaks HTTPS
 * @param host a name or an address, lower case, IPv6 without brackets
 */
public record Site(boolean tls, String host, int port) {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  /**
   * The site of an address.
   *
   * @throws IllegalArgumentException when it is no {@code http} or {@code https} address with a
   *     host
   */
  public static Site of(URI address) {
    String scheme = address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
    boolean tls = scheme.equals("https");
    if (!(tls || scheme.equals("http")) || address.getHost() == null) {
      throw new IllegalArgumentException("not an http or https address");
    }
    String host = address.getHost().toLowerCase(Locale.ROOT);
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    int usual = tls ? HTTPS : HTTP;
    return new Site(tls, bare, address.getPort() < 0 ? usual : address.getPort());
  }

  /** The value of the {@code Host} header. */
  String authority() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == (tls ? HTTPS : HTTP) ? name : name + ":" + port;
  }

  @Override
  public String toString() {
    return (tls ? "https://" : "http://") + authority();
  }
}
