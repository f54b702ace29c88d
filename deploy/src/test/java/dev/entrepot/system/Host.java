package dev.entrepot.system;

import java.nio.file.Path;
import java.util.List;

/** Where the programs of a site run. */
@FunctionalInterface
interface Host {
  /** Each a process of its own, from the classes of the build. */
  Host PROCESSES =
      (name, directory, jvmOptions, arguments) ->
          Running.start(name, directory, Program.command(jvmOptions, arguments));

  /**
   * Starts {@code entrepot} with arguments.
   *
   * @param directory the working directory, in which it may write
   */
  Started start(String name, Path directory, List<String> jvmOptions, List<String> arguments);
}
