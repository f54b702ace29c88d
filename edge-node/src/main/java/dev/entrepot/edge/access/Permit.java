package dev.entrepot.edge.access;

import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.wire.AccessToken;
import java.util.Optional;

/** Proof that a caller may pull from a repository. Only {@link Gate} can make one. */
public final class Permit {
  private final Repository repository;
  private final boolean everyone;
  private final Optional<AccessToken> token;

  Permit(Repository repository, boolean everyone, Optional<AccessToken> token) {
    this.repository = repository;
    this.everyone = everyone;
    this.token = token;
  }

  /** What may be pulled from. */
  public Repository repository() {
    return repository;
  }

  /** The token that the caller has shown, if it counts here. */
  public Optional<AccessToken> token() {
    return token;
  }

  /** Whether the repository is readable by everyone, so that shared caches may keep the answer. */
  public boolean everyone() {
    return everyone;
  }
}
