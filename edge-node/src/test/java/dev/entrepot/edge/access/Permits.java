package dev.entrepot.edge.access;

import dev.entrepot.common.oci.Repository;
import java.util.Optional;

/** Permits for tests of what lies behind the gate. */
public final class Permits {
  private Permits() {}

  public static Permit forEveryone(Repository repository) {
    return new Permit(repository, true, Optional.empty());
  }

  /** As a token gives it that grants the repository, whoever else may read it. */
  public static Permit granted(Repository repository) {
    return new Permit(repository, false, Optional.empty());
  }
}
