package dev.entrepot.edge.upstream;

import dev.entrepot.common.net.Cidr;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One upstream.
 *
 * @param name value of {@code ns}, and of the path prefix; {@code *.suffix} stands for every host
 *     below the suffix, each at its own address
 * @param aliases other names for it
 * @param urls where it is; the first is the source, the rest are mirrors in order
 * @param isDefault whether it answers names without an upstream
 * @param library whether one-part names get {@code library/} before them
 * @param tokenRealms further hosts, or hosts with ports, that may be asked for tokens
 * @param privateNetworks ranges that are not public in which its addresses may lie all the same
 * @param trustedHosts whether its own urls may lie in ranges that are not public; so for what an
 *     operator has written down, not for the built-in list
 * @param credentials what to show to it
 * @param ca a certificate authority to trust beside the system's
 * @param connections connections to each of its hosts at most; default 16
 */
public record UpstreamConfig(
    String name,
    List<String> aliases,
    List<URI> urls,
    boolean isDefault,
    boolean library,
    List<String> tokenRealms,
    List<Cidr> privateNetworks,
    boolean trustedHosts,
    Optional<Credentials> credentials,
    Optional<Path> ca,
    int connections) {

  private static final Pattern HOST =
      Pattern.compile(
          "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?){1,8}");

  public UpstreamConfig {
    aliases = List.copyOf(aliases);
    urls = List.copyOf(urls);
    tokenRealms = List.copyOf(tokenRealms);
    privateNetworks = List.copyOf(privateNetworks);
    if (urls.isEmpty() && !name.startsWith("*.")) {
      throw new IllegalArgumentException("upstream " + name + " has no url");
    }
  }

  /** Whether the name stands for many hosts. */
  public boolean isWildcard() {
    return name.startsWith("*.");
  }

  /** Whether a host is one of those that a wildcard stands for. */
  public boolean covers(String host) {
    return isWildcard()
        && host.endsWith(name.substring(1))
        && HOST.matcher(host).matches()
        && host.length() > name.length() - 1;
  }

  /** One host of a wildcard. */
  UpstreamConfig at(String host) {
    return new UpstreamConfig(
        host,
        List.of(),
        List.of(URI.create("https://" + host)),
        false,
        library,
        tokenRealms,
        privateNetworks,
        trustedHosts,
        credentials,
        ca,
        connections);
  }

  /** An upstream with all defaults. */
  public static UpstreamConfig of(String name, URI... urls) {
    return new UpstreamConfig(
        name,
        List.of(),
        List.of(urls),
        false,
        false,
        List.of(),
        List.of(),
        true,
        Optional.empty(),
        Optional.empty(),
        16);
  }

  /** The same with credentials. */
  public UpstreamConfig with(Credentials account) {
    return new UpstreamConfig(
        name,
        aliases,
        urls,
        isDefault,
        library,
        tokenRealms,
        privateNetworks,
        trustedHosts,
        Optional.of(account),
        ca,
        connections);
  }

  /** A user's name and password. The password is in no text that this prints. */
  public record Credentials(String username, String password) {
    @Override
    public String toString() {
      return "Credentials(" + username + ")";
    }
  }
}
