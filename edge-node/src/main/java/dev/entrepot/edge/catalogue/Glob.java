package dev.entrepot.edge.catalogue;

/**
 * Patterns for names: {@code *} stands for any characters but a slash, {@code **} for any
 * characters; everything else stands for itself.
 */
final class Glob {
  private Glob() {}

  /** Takes at most the product of the two lengths in steps. */
  static boolean matches(String pattern, String text) {
    boolean[] reached = new boolean[text.length() + 1];
    reached[0] = true;
    for (int p = 0; p < pattern.length(); p++) {
      boolean star = pattern.charAt(p) == '*';
      boolean twoStars = star && pattern.startsWith("**", p);
      if (star) {
        spread(reached, text, twoStars);
      } else {
        advance(reached, text, pattern.charAt(p));
      }
      p += twoStars ? 1 : 0;
    }
    return reached[text.length()];
  }

  /** From each place reached, every further place is reached, up to a slash unless they count. */
  private static void spread(boolean[] reached, String text, boolean overSlashes) {
    for (int t = 0; t < text.length(); t++) {
      reached[t + 1] |= reached[t] && (overSlashes || text.charAt(t) != '/');
    }
  }

  private static void advance(boolean[] reached, String text, char wanted) {
    for (int t = text.length(); t > 0; t--) {
      reached[t] = reached[t - 1] && text.charAt(t - 1) == wanted;
    }
    reached[0] = false;
  }
}
