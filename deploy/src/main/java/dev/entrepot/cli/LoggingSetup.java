package dev.entrepot.cli;

import dev.entrepot.common.config.EdgeSettings.Logging;
import dev.entrepot.common.config.EdgeSettings.Logging.Format;
import java.io.Console;
import java.util.Optional;

/** Chooses how log lines look. Must run before the first logger is made. */
final class LoggingSetup {
  private static final String FILE = "logback.configurationFile";

  private LoggingSetup() {}

  /** Follows the settings, unless the JVM was told of another Logback file. */
  static void choose(Logging logging) {
    System.setProperty("entrepot.log.level", logging.level().name());
    if (System.getProperty(FILE) == null) {
      System.setProperty(FILE, file(logging.format(), isTerminal()));
    }
  }

  static String file(Format format, boolean terminal) {
    return switch (format) {
      case HUMAN -> "logback-human.xml";
      case ECS -> "logback-ecs.xml";
      case AUTO -> terminal ? "logback-human.xml" : "logback-ecs.xml";
    };
  }

  private static boolean isTerminal() {
    return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  }
}
