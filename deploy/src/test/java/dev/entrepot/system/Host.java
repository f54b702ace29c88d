package dev.entrepot.system;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where the programs of a site run. */
@FunctionalInterface
interface Host {
  /** Each a Java process of its own, from the classes of the build. */
  Host PROCESSES =
      (name, directory, jvmOptions, arguments) -> {
        List<String> command = new ArrayList<>(EdgeProcess.java());
        command.addAll(jvmOptions);
        command.addAll(EdgeProcess.entrepot(arguments.toArray(String[]::new)));
        return Running.start(name, directory, command);
      };

  /**
   * Starts {@code entrepot} with arguments.
   *
   * @param directory the working directory, in which it may write
   */
  Started start(String name, Path directory, List<String> jvmOptions, List<String> arguments);
}
