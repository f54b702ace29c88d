package dev.entrepot.edge.upstream;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Which names and aliases mean which upstream. */
public final class KnownNames {
  private final Map<String, UpstreamConfig> byName = new HashMap<>();
  private final List<UpstreamConfig> wildcards;
  private final UpstreamConfig standard;

  public KnownNames(List<UpstreamConfig> configs) {
    for (UpstreamConfig config : configs) {
      byName.put(config.name(), config);
      config.aliases().forEach(alias -> byName.putIfAbsent(alias, config));
    }
    this.wildcards = configs.stream().filter(UpstreamConfig::isWildcard).toList();
    this.standard =
        configs.stream().filter(UpstreamConfig::isDefault).findFirst().orElse(configs.getFirst());
  }

  /** The upstream's own name; for a host that a wildcard covers, the host. */
  public Optional<String> canonical(String nameOrAlias) {
    String name = nameOrAlias.toLowerCase(Locale.ROOT);
    UpstreamConfig known = byName.get(name);
    if (known != null && !known.isWildcard()) {
      return Optional.of(known.name());
    }
    return wildcards.stream().anyMatch(wildcard -> wildcard.covers(name))
        ? Optional.of(name)
        : Optional.empty();
  }

  /** The upstream of names that mention none. */
  public String standard() {
    return standard.name();
  }

  /** Whether names of one part get {@code library/} before them. */
  public boolean hasLibrary(String canonical) {
    UpstreamConfig known = byName.get(canonical);
    return known != null && known.library();
  }
}
