package dev.entrepot.cli;

import dev.entrepot.common.config.EdgeSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command line as a user meets it, with an edge that only notes what it was given. */
final class CommandRun {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<EdgeSettings> started = new ArrayList<>();
  private final EdgeProgram edge;

  CommandRun() {
    this.edge =
        (settings, _, _) -> {
          started.add(settings);
          return 0;
        };
  }

  CommandRun(EdgeProgram edge) {
    this.edge = edge;
  }

  int run(String... arguments) {
    return run(Map.of(), arguments);
  }

  int run(Map<String, String> environment, String... arguments) {
    return EntrepotCommand.line(
            environment, edge, new PrintWriter(out, true), new PrintWriter(err, true))
        .execute(arguments);
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }

  List<EdgeSettings> started() {
    return started;
  }
}
