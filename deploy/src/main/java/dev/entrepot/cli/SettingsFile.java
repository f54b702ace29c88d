package dev.entrepot.cli;

import dev.entrepot.common.config.Complaint;
import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.common.config.Refusal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The settings that a command works with. */
final class SettingsFile {
  private SettingsFile() {}

  /** Reads them, or refuses with every complaint on a line of its own. */
  static EdgeSettings read(Optional<Path> file, Map<String, String> environment) {
    return switch (EdgeSettings.read(file, environment)) {
      case EdgeSettings.Result.Ok ok -> ok.settings();
      case EdgeSettings.Result.Refused refused -> throw new Refusal(text(refused.complaints()));
    };
  }

  /** The same for a control plane's. */
  static ControlSettings control(Optional<Path> file, Map<String, String> environment) {
    return switch (ControlSettings.read(file, environment)) {
      case ControlSettings.Result.Ok ok -> ok.settings();
      case ControlSettings.Result.Refused refused -> throw new Refusal(text(refused.complaints()));
    };
  }

  private static String text(List<Complaint> complaints) {
    String count = complaints.size() == 1 ? "1 complaint" : complaints.size() + " complaints";
    return complaints.stream()
        .map(complaint -> "  " + complaint.sentence())
        .collect(Collectors.joining("\n", "the configuration is refused, " + count + ":\n", ""));
  }
}
