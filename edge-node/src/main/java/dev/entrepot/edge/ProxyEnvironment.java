package dev.entrepot.edge;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The proxy that the environment names for a URL: {@code HTTPS_PROXY}, {@code HTTP_PROXY} and
 * {@code NO_PROXY}, in upper or lower case. {@code NO_PROXY} lists hosts and suffixes, or is {@code
 * *}.
 */
record ProxyEnvironment(Map<String, String> environment) {

  Optional<URI> proxyOf(URI url) {
    String host = String.valueOf(url.getHost()).toLowerCase(Locale.ROOT);
    if (isExempt(host)) {
      return Optional.empty();
    }
    String name = "https".equalsIgnoreCase(url.getScheme()) ? "HTTPS_PROXY" : "HTTP_PROXY";
    return variable(name).map(URI::create);
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
