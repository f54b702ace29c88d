package dev.entrepot.common.config;

import java.util.Collection;
import java.util.stream.Collectors;

/** The reference page of all settings, written from what the reader asks for. */
public final class ConfigurationPage {
  private static final String INTRODUCTION =
      """
      # Configuration

      <!-- Written from the code: -->
      <!-- mvn -pl common test -Dtest=ConfigurationPageTest -Dentrepot.write-docs=true -->

      One YAML file, given by `--config`. Every key has a default unless it says *required*; `entrepot standalone`
      works with no file at all, and `entrepot check-config FILE` names everything that is wrong with one, at once.
      A key that is not on this page is an error.

      - **Durations**: `250ms`, `30s`, `5m`, `2h`, `3d`, or `unlimited`.
      - **Sizes**: `512B`, `200MiB`, `50GiB`, `1GB` (a thousand millions). **Shares**: `80%`.
      - **Paths** are relative to the file that says them; from the environment, to the working directory.
      - **Environment**: the variable beside a key overrides it. Lists are separated by commas there. `<NAME>` is an
        upstream's name in capitals, with `_` for everything but letters and digits (`DOCKER_IO`); the upstream must
        be in the file or built in. `<N>` is a position, from 0. An `ENTREPOT_…` variable that is not on this page is an error.
      - **Secrets** can be read from a file by the key that ends in `-file`; they are never printed.
      """;

  private ConfigurationPage() {}

  /** The whole page in Markdown. */
  public static String text() {
    StringBuilder page = new StringBuilder();
    page.append(INTRODUCTION).append("\nBuilt-in upstreams: " + builtin() + ".\n");
    append(page, "# An edge", EdgeSettings.keys());
    append(page, "# A control plane", ControlSettings.keys());
    return page.toString();
  }

  private static void append(StringBuilder page, String title, Collection<Key> keys) {
    page.append("\n").append(title).append("\n");
    append(page, "", "Top level", keys);
    keys.stream()
        .filter(Key::isSection)
        .forEach(key -> append(page, prefix(key), title(key), keys));
  }

  private static void append(
      StringBuilder page, String prefix, String title, Collection<Key> keys) {
    String rows =
        keys.stream()
            .filter(key -> !key.isSection() && isIn(prefix, key.path()))
            .map(ConfigurationPage::row)
            .collect(Collectors.joining());
    if (!rows.isEmpty()) {
      page.append("\n## ").append(title).append("\n\n");
      page.append("| key | type | default | meaning | environment |\n|---|---|---|---|---|\n");
      page.append(rows);
    }
  }

  private static String builtin() {
    return BuiltinUpstreams.byName().keySet().stream()
        .map(name -> "`" + name + "`")
        .collect(Collectors.joining(", "));
  }

  private static boolean isIn(String prefix, String path) {
    return path.startsWith(prefix) && path.indexOf('.', prefix.length()) < 0;
  }

  private static String prefix(Key section) {
    return section.path() + (section.type().equals(Key.SECTIONS) ? "[]." : ".");
  }

  private static String title(Key section) {
    String path = prefix(section).replaceAll("\\.$", "");
    return "`" + path + "`: " + section.sentence().replaceAll("\\.$", "");
  }

  private static String row(Key key) {
    return "| `%s` | %s | %s | %s | `%s` |%n"
        .formatted(
            key.path(),
            key.type().replace("|", "\\|"),
            fallback(key),
            key.sentence(),
            key.environment())
        .replace(System.lineSeparator(), "\n");
  }

  private static String fallback(Key key) {
    return switch (key.fallback()) {
      case "required" -> "*required*";
      case "none", "the upstream's" -> key.fallback();
      default -> "`" + key.fallback() + "`";
    };
  }
}
