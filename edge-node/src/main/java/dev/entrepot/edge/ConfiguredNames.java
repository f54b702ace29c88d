package dev.entrepot.edge;

import dev.entrepot.edge.http.UpstreamNames;
import dev.entrepot.edge.upstream.UpstreamConfig;
import dev.entrepot.edge.upstream.Upstreams;
import java.util.Locale;
import java.util.Optional;

/** The upstreams' names as the door must know them. */
record ConfiguredNames(Upstreams upstreams) implements UpstreamNames {
  private static final String DOCKER_HUB = "docker.io";

  @Override
  public Optional<String> canonical(String nameOrAlias) {
    return upstreams.find(nameOrAlias.toLowerCase(Locale.ROOT)).map(UpstreamConfig::name);
  }

  @Override
  public String defaultName() {
    return upstreams
        .defaultUpstream()
        .map(UpstreamConfig::name)
        .orElseGet(() -> upstreams.all().getFirst().name());
  }

  @Override
  public boolean needsLibrary(String canonical) {
    return canonical.equals(DOCKER_HUB);
  }
}
