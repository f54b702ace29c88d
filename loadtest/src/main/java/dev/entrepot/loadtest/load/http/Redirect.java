package dev.entrepot.loadtest.load.http;

import java.net.URI;
import java.util.Locale;

/**
 * Where a redirect leads.
 *
 * @param target path and query exactly as sent: they may be signed
 */
record Redirect(Site site, String target) {

  static Redirect of(Head head, Site from) throws PullFailed {
    String location = head.first("Location").orElse("");
    try {
      return parse(location.split("#", 2)[0], from);
    } catch (IllegalArgumentException _) {
      throw new PullFailed(
          Trouble.REDIRECT,
          from + " redirects to \"" + Text.shown(location) + "\", which is no address");
    }
  }

  private static Redirect parse(String location, Site from) {
    if (!location.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new IllegalArgumentException("not the characters of an address");
    }
    if (location.startsWith("//")) {
      return absolute((from.tls() ? "https:" : "http:") + location);
    }
    if (location.startsWith("/")) {
      return new Redirect(from, location);
    }
    return absolute(location);
  }

  private static Redirect absolute(String location) {
    String lower = location.toLowerCase(Locale.ROOT);
    if (!lower.startsWith("http://") && !lower.startsWith("https://")) {
      throw new IllegalArgumentException("not http or https");
    }
    int begin = location.indexOf("//") + 2;
    int end = begin;
    while (end < location.length() && "/?".indexOf(location.charAt(end)) < 0) {
      end++;
    }
    String rest = location.substring(end);
    return new Redirect(
        Site.of(URI.create(location.substring(0, end))), rest.startsWith("/") ? rest : "/" + rest);
  }
}
