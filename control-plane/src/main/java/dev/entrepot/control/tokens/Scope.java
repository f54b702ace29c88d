package dev.entrepot.control.tokens;

import dev.entrepot.common.oci.Repository;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A repository that a client asks to pull from, out of a scope {@code
 * repository:<upstream>/<path>:pull} (Docker token scope specification).
 *
 * @param upstream a registry's name, such as {@code docker.io}
 */
record Scope(String upstream, String path) {
  /** Most scopes that are looked at in a request. */
  static final int MOST = 64;

  private static final String DOCKER_HUB = "docker.io";
  private static final String OFFICIAL = "library/";
  private static final Pattern REGISTRY =
      Pattern.compile("[a-z0-9][a-z0-9.-]{0,252}(?::[0-9]{1,5})?");

  /** {@code <upstream>/<path>}. */
  String name() {
    return upstream + "/" + path;
  }

  /**
   * Reads scope parameters, each with any number of scopes divided by spaces. What is not a pull of
   * a repository is left out: clients add scopes of their own, and would stop at an error.
   *
   * @param defaultUpstream of names that begin with no registry
   */
  static Set<Scope> read(List<String> parameters, String defaultUpstream) {
    Set<Scope> scopes = new LinkedHashSet<>();
    List<String> words = new ArrayList<>();
    parameters.forEach(it -> words.addAll(List.of(it.split(" ", MOST + 1))));
    for (String word : words.subList(0, Math.min(words.size(), MOST))) {
      one(word, defaultUpstream).ifPresent(scopes::add);
    }
    return scopes;
  }

  private static Optional<Scope> one(String text, String defaultUpstream) {
    int first = text.indexOf(':');
    int last = text.lastIndexOf(':');
    if (first < 0 || first == last || !text.substring(0, first).equals("repository")) {
      return Optional.empty();
    }
    List<String> actions = List.of(text.substring(last + 1).split(",", -1));
    return actions.contains("pull") || actions.contains("*")
        ? named(text.substring(first + 1, last), defaultUpstream)
        : Optional.empty();
  }

  private static Optional<Scope> named(String name, String defaultUpstream) {
    int slash = name.indexOf('/');
    boolean qualified = slash > 0 && isRegistry(name.substring(0, slash));
    String upstream = qualified ? name.substring(0, slash) : defaultUpstream;
    String path = qualified ? name.substring(slash + 1) : name;
    if (upstream.equals(DOCKER_HUB) && path.indexOf('/') < 0) {
      path = OFFICIAL + path;
    }
    return REGISTRY.matcher(upstream).matches() && Repository.isPath(path)
        ? Optional.of(new Scope(upstream, path))
        : Optional.empty();
  }

  /** As clients tell a registry from the first part of a path (distribution/reference). */
  private static boolean isRegistry(String part) {
    return part.equals("localhost") || part.indexOf('.') >= 0 || part.indexOf(':') >= 0;
  }
}
