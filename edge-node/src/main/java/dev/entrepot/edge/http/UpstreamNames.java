package dev.entrepot.edge.http;

import java.util.Optional;

/** The closed set of upstreams that a client may name. Look-up keys, never dial targets. */
public interface UpstreamNames {

  /** The configured name of the upstream that a client calls by its name or an alias. */
  Optional<String> canonical(String nameOrAlias);

  /** The upstream of names without a prefix and without {@code ns}. */
  String defaultName();

  /** Whether names of one part stand in {@code library/} there, as at Docker Hub. */
  boolean needsLibrary(String canonical);
}
