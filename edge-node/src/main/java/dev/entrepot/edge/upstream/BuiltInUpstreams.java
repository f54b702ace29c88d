package dev.entrepot.edge.upstream;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The public registries that are known without configuration. */
public final class BuiltInUpstreams {
  private BuiltInUpstreams() {}

  /** All of them; docker.io is the default. */
  public static List<UpstreamConfig> all() {
    return List.of(
        new UpstreamConfig(
            "docker.io",
            List.of("registry-1.docker.io", "index.docker.io"),
            List.of(URI.create("https://registry-1.docker.io")),
            true,
            true,
            List.of("auth.docker.io"),
            List.of(),
            false,
            Optional.empty(),
            Optional.empty(),
            16),
        at("ghcr.io"),
        at("quay.io"),
        at("registry.k8s.io"),
        at("gcr.io"),
        at("us.gcr.io"),
        at("eu.gcr.io"),
        at("asia.gcr.io"),
        at("mirror.gcr.io"),
        at("us-docker.pkg.dev"),
        at("europe-docker.pkg.dev"),
        at("asia-docker.pkg.dev"),
        at("public.ecr.aws"),
        at("mcr.microsoft.com"),
        new UpstreamConfig(
            "nvcr.io",
            List.of(),
            List.of(URI.create("https://nvcr.io")),
            false,
            false,
            List.of("authn.nvidia.com"),
            List.of(),
            false,
            Optional.empty(),
            Optional.empty(),
            16),
        new UpstreamConfig(
            "registry.gitlab.com",
            List.of(),
            List.of(URI.create("https://registry.gitlab.com")),
            false,
            false,
            List.of("gitlab.com"),
            List.of(),
            false,
            Optional.empty(),
            Optional.empty(),
            16));
  }

  private static UpstreamConfig at(String host) {
    return new UpstreamConfig(
        host,
        List.of(),
        List.of(URI.create("https://" + host)),
        false,
        false,
        List.of(),
        List.of(),
        false,
        Optional.empty(),
        Optional.empty(),
        16);
  }
}
