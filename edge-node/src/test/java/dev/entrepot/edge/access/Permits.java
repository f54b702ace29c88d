package dev.entrepot.edge.access;

import dev.entrepot.common.oci.Repository;

/** Permits for tests of what lies behind the gate. */
public final class Permits {
  private Permits() {}

  public static Permit forEveryone(Repository repository) {
    return new Permit(repository, true);
  }
}
