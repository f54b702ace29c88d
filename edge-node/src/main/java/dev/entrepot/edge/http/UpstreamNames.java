package dev.entrepot.edge.http;

import java.util.Optional;

/** The closed set of upstreams' names, as far as the door must know it. */
public interface UpstreamNames {

  /** The name of the upstream that a name or an alias means. */
  Optional<String> canonical(String nameOrAlias);

  /** The upstream of names that mention none. */
  String defaultName();

  /** Whether names of one part get {@code library/} before them there. */
  boolean hasLibrary(String canonical);
}
