package dev.entrepot.edge.access;

import dev.entrepot.common.oci.Repository;

/** Proof that a caller may pull from a repository. Only {@link Gate} can make one. */
public final class Permit {
  private final Repository repository;
  private final boolean everyone;

  Permit(Repository repository, boolean everyone) {
    this.repository = repository;
    this.everyone = everyone;
  }

  /** What may be pulled from. */
  public Repository repository() {
    return repository;
  }

  /** Whether the repository is readable by everyone, so that shared caches may keep the answer. */
  public boolean everyone() {
    return everyone;
  }
}
