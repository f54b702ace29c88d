package dev.entrepot.common.config;

import java.util.Locale;

/**
 * Where in the tree a section or key is, in the four ways it is written.
 *
 * @param path as complaints name it: {@code upstreams[docker.io].visibility}
 * @param pattern as the reference page names it: {@code upstreams[].visibility}
 * @param variable the environment variable: {@code ENTREPOT_UPSTREAMS_DOCKER_IO_VISIBILITY}
 * @param variablePattern as the reference page names it: {@code ENTREPOT_UPSTREAMS_<NAME>_…}
 */
record Place(String path, String pattern, String variable, String variablePattern) {
  static final String PREFIX = "ENTREPOT";
  static final Place ROOT = new Place("", "", PREFIX, PREFIX);

  /** The path as complaints name it; the top of the file has none of its own. */
  String shown() {
    return path.isEmpty() ? "file" : path;
  }

  /** A key in this section. */
  Place key(String key) {
    return new Place(
        dotted(path, key),
        dotted(pattern, key),
        variable + "_" + upperCase(key),
        variablePattern + "_" + upperCase(key));
  }

  /** One element of this list of sections; {@code name} is its name, or its position. */
  Place element(String name, String placeholder) {
    return new Place(
        path + "[" + name + "]",
        pattern + "[]",
        variable + "_" + upperCase(name),
        variablePattern + "_<" + placeholder + ">");
  }

  private static String dotted(String section, String key) {
    return section.isEmpty() ? key : section + "." + key;
  }

  private static String upperCase(String key) {
    return key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }
}
