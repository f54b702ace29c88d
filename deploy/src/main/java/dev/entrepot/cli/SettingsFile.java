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

  /**
   * Reads it as an edge's and as a control plane's; refuses it when it is neither, with the
   * complaints of the reading that has fewer.
   *
   * @return for what it is good, in words
   */
  static String check(Path file, Map<String, String> environment) {
    List<Complaint> edge =
        EdgeSettings.read(Optional.of(file), environment) instanceof EdgeSettings.Result.Refused it
            ? it.complaints()
            : List.of();
    List<Complaint> control =
        ControlSettings.read(file, environment) instanceof ControlSettings.Result.Refused it
            ? it.complaints()
            : List.of();
    if (edge.isEmpty()) {
      return control.isEmpty() ? "an edge, and for a control plane" : "an edge";
    }
    if (control.isEmpty()) {
      return "a control plane";
    }
    if (edge.equals(control)) {
      throw new Refusal(text("the configuration is refused", edge));
    }
    throw new Refusal(
        edge.size() <= control.size()
            ? text(file + " is refused as an edge's file", edge)
            : text(file + " is refused as a control plane's file", control));
  }

  private static String text(List<Complaint> complaints) {
    return text("the configuration is refused", complaints);
  }

  private static String text(String verdict, List<Complaint> complaints) {
    String count = complaints.size() == 1 ? "1 complaint" : complaints.size() + " complaints";
    return complaints.stream()
        .map(complaint -> "  " + complaint.sentence())
        .collect(Collectors.joining("\n", verdict + ", " + count + ":\n", ""));
  }
}
