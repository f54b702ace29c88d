package dev.entrepot.common.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The public registries that an edge knows without being told. */
final class BuiltinUpstreams {
  /** What differs between them; everything else is the same default. */
  record Builtin(List<String> urls, List<String> aliases, List<String> tokenRealms) {}

  static final String DEFAULT = "docker.io";

  private BuiltinUpstreams() {}

  /** By name, in the order in which they are shown. */
  static Map<String, Builtin> byName() {
    Map<String, Builtin> all = new LinkedHashMap<>();
    all.put(
        DEFAULT,
        new Builtin(
            List.of("https://registry-1.docker.io"),
            List.of("registry-1.docker.io", "index.docker.io"),
            List.of("auth.docker.io")));
    plain(all, "ghcr.io", "quay.io", "registry.k8s.io", "gcr.io");
    all.put("*.pkg.dev", new Builtin(List.of(), List.of(), List.of()));
    plain(all, "public.ecr.aws", "mcr.microsoft.com", "nvcr.io");
    withRealm(all, "registry.gitlab.com", "gitlab.com");
    withRealm(all, "docker.elastic.co", "docker-auth.elastic.co");
    plain(all, "registry.access.redhat.com", "lscr.io");
    return all;
  }

  private static void plain(Map<String, Builtin> all, String... hosts) {
    for (String host : hosts) {
      all.put(host, new Builtin(List.of("https://" + host), List.of(), List.of()));
    }
  }

  private static void withRealm(Map<String, Builtin> all, String host, String realm) {
    all.put(host, new Builtin(List.of("https://" + host), List.of(), List.of(realm)));
  }
}
