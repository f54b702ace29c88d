package dev.entrepot.edge;

import dev.entrepot.common.config.Refusal;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The proxy that the environment names for a URL: {@code HTTPS_PROXY}, {@code HTTP_PROXY} and
 * {@code NO_PROXY}, in upper or lower case. {@code NO_PROXY} lists hosts and suffixes, or is {@code
 * *}.
 */
record ProxyEnvironment(Map<String, String> environment) {
  private static final Set<String> SCHEMES = Set.of("http", "https", "socks5");

  Optional<URI> proxyOf(URI url) {
    String host = String.valueOf(url.getHost()).toLowerCase(Locale.ROOT);
    if (isExempt(host)) {
      return Optional.empty();
    }
    String name = "https".equalsIgnoreCase(url.getScheme()) ? "HTTPS_PROXY" : "HTTP_PROXY";
    return variable(name).map(text -> proxy(name, text));
  }

  /** Curl's habit: without a scheme it is an http proxy. */
  private static URI proxy(String name, String text) {
    String whole = text.contains("://") ? text : "http://" + text;
    try {
      URI proxy = URI.create(whole.strip());
      if (proxy.getHost() != null && SCHEMES.contains(String.valueOf(proxy.getScheme()))) {
        return proxy;
      }
    } catch (IllegalArgumentException e) {
      throw new Refusal(wrong(name), e);
    }
    throw new Refusal(wrong(name));
  }

  /** Without the value: it may hold a password. */
  private static String wrong(String name) {
    return name
        + " in the environment is not a proxy's URL; write it as http://proxy.example:3128,"
        + " or say proxy: none for each upstream";
  }

  private boolean isExempt(String host) {
    if (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]")) {
      return true;
    }
    for (String entry : variable("NO_PROXY").orElse("").split(",", -1)) {
      String exempt = entry.strip().toLowerCase(Locale.ROOT);
      String suffix = exempt.startsWith(".") ? exempt : "." + exempt;
      if (exempt.equals("*")
          || (!exempt.isEmpty() && (host.equals(exempt) || host.endsWith(suffix)))) {
        return true;
      }
    }
    return false;
  }

  private Optional<String> variable(String name) {
    String value = environment.getOrDefault(name, environment.get(name.toLowerCase(Locale.ROOT)));
    return Optional.ofNullable(value).filter(text -> !text.isBlank());
  }
}
