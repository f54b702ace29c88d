package dev.entrepot.cli;

import dev.entrepot.common.config.EdgeSettings;
import java.io.PrintWriter;

/** Puts an edge together and runs it. */
public final class EdgeLauncher implements EdgeProgram {
  private static final int SOFTWARE_ERROR = 70; // EX_SOFTWARE of sysexits.h

  @Override
  public int run(EdgeSettings settings, PrintWriter out, PrintWriter err) {
    err.println("entrepot: the edge is not part of this build");
    return SOFTWARE_ERROR;
  }
}
