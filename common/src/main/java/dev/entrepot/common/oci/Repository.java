package dev.entrepot.common.oci;

import java.util.regex.Pattern;

/**
 * A repository of one upstream. Nothing below the door sees a bare path.
 *
 * @param upstream the configured name of the upstream, such as {@code docker.io}
 * @param path the repository's path there, such as {@code library/alpine}; at most 255 characters
 */
public record Repository(String upstream, String path) {
  /** distribution specification, {@code <name>}. Possessive, so that matching is linear. */
  private static final Pattern PATH =
      Pattern.compile(
          "[a-z0-9]++(?:(?:\\.|_|__|-++)[a-z0-9]++)*+"
              + "(?:/[a-z0-9]++(?:(?:\\.|_|__|-++)[a-z0-9]++)*+)*+");

  /** Longest path that is served (distribution/reference). */
  public static final int MAX_PATH = 255;

  public Repository {
    if (!isPath(path)) {
      throw new IllegalArgumentException("not a repository name");
    }
  }

  /** Whether the text is a repository path by the specification's grammar and length. */
  public static boolean isPath(String text) {
    return text.length() <= MAX_PATH && PATH.matcher(text).matches();
  }

  @Override
  public String toString() {
    return upstream + "/" + path;
  }
}
