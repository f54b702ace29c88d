package dev.entrepot.edge.upstream;

import dev.entrepot.common.net.Cidr;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One upstream as configured.
 *
 * @param name the value of {@code ?ns=} and of the path prefix, such as {@code docker.io}; {@code
 *     *.suffix} stands for every host below the suffix, each at its own address
 * @param aliases further names for it
 * @param urls http or https, without query; the first is the source, the rest are mirrors in order;
 *     {@code /v2/…} is appended
 * @param isDefault whether it answers names without a prefix
 * @param tokenRealms further hosts, {@code host} or {@code host:port}, that may be asked for
 *     tokens; the urls' own hosts always may
 * @param privateNetworks non-public ranges in which urls, realms and redirects may lie; implied for
 *     urls that are private themselves
 * @param credentials our account there; none means anonymous
 * @param visibility whether everyone may read what our account can
 * @param tlsCa a PEM file of authorities trusted besides the system's
 * @param proxy {@code http://host:port} or {@code socks5://host:port}; names are then resolved by
 *     the proxy, so only literal addresses can be checked here
 * @param limits how much of it we use
 */
public record UpstreamConfig(
    String name,
    List<String> aliases,
    List<URI> urls,
    boolean isDefault,
    List<String> tokenRealms,
    List<Cidr> privateNetworks,
    Optional<Credentials> credentials,
    Visibility visibility,
    Optional<Path> tlsCa,
    Optional<URI> proxy,
    UpstreamLimits limits) {

  private static final Pattern HOST =
      Pattern.compile(
          "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?){1,8}");

  /** Who may read what our account can read there. */
  public enum Visibility {
    /** Public when the upstream shows it to somebody without credentials. */
    AUTO,
    /** Everyone. */
    PUBLIC,
    /** Only those to whom policy grants it. */
    PRIVATE
  }

  public UpstreamConfig {
    aliases = List.copyOf(aliases);
    urls = List.copyOf(urls);
    tokenRealms = List.copyOf(tokenRealms);
    privateNetworks = List.copyOf(privateNetworks);
    if (urls.isEmpty() && !name.startsWith("*.")) {
      throw new IllegalArgumentException("upstream " + name + " has no url");
    }
    for (URI url : urls) {
      if (Target.ofBase(url).isEmpty()) {
        throw new IllegalArgumentException("upstream " + name + " has a url that is none");
      }
    }
  }

  /** Whether the name stands for many hosts. */
  public boolean isWildcard() {
    return name.startsWith("*.");
  }

  /** Whether a host is one of those that a wildcard stands for. */
  boolean covers(String host) {
    return isWildcard() && host.endsWith(name.substring(1)) && HOST.matcher(host).matches();
  }

  /** One host of a wildcard. */
  UpstreamConfig at(String host) {
    return new UpstreamConfig(
        host,
        List.of(),
        List.of(URI.create("https://" + host)),
        false,
        tokenRealms,
        privateNetworks,
        credentials,
        visibility,
        tlsCa,
        proxy,
        limits);
  }

  /** An anonymous upstream with one url and every default. */
  public static UpstreamConfig of(String name, URI url) {
    return new UpstreamConfig(
        name,
        List.of(),
        List.of(url),
        false,
        List.of(),
        List.of(),
        Optional.empty(),
        Visibility.AUTO,
        Optional.empty(),
        Optional.empty(),
        UpstreamLimits.DEFAULTS);
  }

  /** The same with other names. */
  public UpstreamConfig withAliases(List<String> others) {
    return copy(others, urls, isDefault, tokenRealms, privateNetworks, credentials, limits);
  }

  /** The same at other urls. */
  public UpstreamConfig withUrls(List<URI> others) {
    return copy(aliases, others, isDefault, tokenRealms, privateNetworks, credentials, limits);
  }

  /** The same, answering names without a prefix. */
  public UpstreamConfig asDefault() {
    return copy(aliases, urls, true, tokenRealms, privateNetworks, credentials, limits);
  }

  /** The same with other hosts for tokens. */
  public UpstreamConfig withTokenRealms(List<String> others) {
    return copy(aliases, urls, isDefault, others, privateNetworks, credentials, limits);
  }

  /** The same with other allowed networks. */
  public UpstreamConfig withPrivateNetworks(List<Cidr> others) {
    return copy(aliases, urls, isDefault, tokenRealms, others, credentials, limits);
  }

  /** The same with an account. */
  public UpstreamConfig withCredentials(Credentials account) {
    return copy(
        aliases, urls, isDefault, tokenRealms, privateNetworks, Optional.of(account), limits);
  }

  /** The same with other limits. */
  public UpstreamConfig withLimits(UpstreamLimits others) {
    return copy(aliases, urls, isDefault, tokenRealms, privateNetworks, credentials, others);
  }

  private UpstreamConfig copy(
      List<String> aliases,
      List<URI> urls,
      boolean isDefault,
      List<String> tokenRealms,
      List<Cidr> privateNetworks,
      Optional<Credentials> credentials,
      UpstreamLimits limits) {
    return new UpstreamConfig(
        name,
        aliases,
        urls,
        isDefault,
        tokenRealms,
        privateNetworks,
        credentials,
        visibility,
        tlsCa,
        proxy,
        limits);
  }
}
