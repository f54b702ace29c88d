package dev.entrepot.loadtest.load.http;

import java.util.stream.Collectors;

/** Text of a server in a sentence of ours. */
final class Text {
  private static final int MOST = 160;

  private Text() {}

  /** Short, on one line, and without what a terminal would obey. */
  static String shown(String text) {
    String cut = text.length() <= MOST ? text : text.substring(0, MOST) + "…";
    return cut.codePoints()
        .mapToObj(c -> Character.isISOControl(c) ? " " : Character.toString(c))
        .collect(Collectors.joining())
        .strip();
  }
}
