package dev.entrepot.common.config;

/**
 * What the reference page says about one key.
 *
 * @param path dotted; {@code []} marks a list
 * @param environment the variable that overrides it, empty for sections and lists of sections
 * @param type the form's name, {@code section} or {@code list of sections}
 * @param fallback the default as one would write it; empty for sections
 * @param sentence what it is for
 */
public record Key(String path, String environment, String type, String fallback, String sentence) {
  static final String SECTION = "section";
  static final String SECTIONS = "list of sections";

  /** Whether it only holds other keys. */
  public boolean isSection() {
    return type.equals(SECTION) || type.equals(SECTIONS);
  }
}
