package dev.entrepot.loadtest.load.http;

import java.net.URI;
import java.util.Optional;

/**
 * How a registry is addressed, also one that a cache speaks for.
 *
 * @param site where requests go
 * @param prefix what stands before every repository's name, such as {@code docker.io}; may be empty
 * @param namespace the value of the parameter {@code ns} of every request, as containerd sends it
 */
public record Endpoint(Site site, String prefix, Optional<String> namespace) {
  private static final String NAMESPACE = "ns=";

  /**
   * The endpoint of an address such as {@code http://cache:5000}, {@code
   * http://cache:5000/docker.io} or {@code http://cache:5000?ns=docker.io}.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Endpoint of(URI address) {
    Site site = Site.of(address);
    String query = address.getRawQuery() == null ? "" : address.getRawQuery();
    boolean isNamespace = query.matches(NAMESPACE + "[A-Za-z0-9.:_-]+");
    String prefix = address.getRawPath().replaceAll("^/+|/+$", "");
    if (!(query.isEmpty() || isNamespace)
        || !prefix.matches("[A-Za-z0-9.:_/-]*")
        || address.getRawUserInfo() != null
        || address.getRawFragment() != null) {
      throw new IllegalArgumentException("not an address of a registry");
    }
    return new Endpoint(
        site,
        prefix,
        isNamespace ? Optional.of(query.substring(NAMESPACE.length())) : Optional.empty());
  }

  /** The name of a repository as this registry's tokens name it. */
  String repository(String name) {
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  /** Path and query of something in a repository; {@code rest} begins with a slash. */
  String target(String name, String rest) {
    String query = namespace.map(it -> "?" + NAMESPACE + it).orElse("");
    return "/v2/" + repository(name) + rest + query;
  }

  @Override
  public String toString() {
    return site
        + (prefix.isEmpty() ? "" : "/" + prefix)
        + namespace.map(it -> "?" + NAMESPACE + it).orElse("");
  }
}
