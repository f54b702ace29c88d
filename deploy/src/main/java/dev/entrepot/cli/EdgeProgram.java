package dev.entrepot.cli;

import dev.entrepot.common.config.EdgeSettings;
import java.io.PrintWriter;

/** An edge as the command line sees it. */
@FunctionalInterface
public interface EdgeProgram {
  /**
   * Runs until told to stop and answers the process's exit code; throws {@link
   * dev.entrepot.common.config.Refusal} if it cannot start for a reason that the user can remove.
   */
  int run(EdgeSettings settings, PrintWriter out, PrintWriter err);

  /** The same with a control plane in the same process, unless the settings name another one. */
  default int standalone(EdgeSettings settings, PrintWriter out, PrintWriter err) {
    return run(settings, out, err);
  }
}
