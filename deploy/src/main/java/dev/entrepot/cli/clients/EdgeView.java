package dev.entrepot.cli.clients;

import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.common.config.ListenAddress;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.config.UpstreamSettings;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An edge as its clients see it.
 *
 * @param edges where it answers, without a path; never empty
 * @param registries what it answers for
 * @param remarks what had to be assumed
 */
record EdgeView(List<URI> edges, List<Registry> registries, List<String> remarks) {

  /**
   * A registry behind the edge.
   *
   * @param host as image names spell it
   * @param prefix as a path below {@code /v2/} names it; empty if no path can
   * @param source where it is without the edge
   */
  record Registry(String host, Optional<String> prefix, URI source, boolean isDefault) {}

  static EdgeView of(EdgeSettings settings, List<String> urls, List<String> names) {
    List<String> remarks = new ArrayList<>();
    List<URI> edges =
        urls.isEmpty()
            ? List.of(here(settings, remarks))
            : urls.stream().map(EdgeView::edge).toList();
    List<Registry> registries =
        names.isEmpty()
            ? all(settings.upstreams(), remarks)
            : names.stream().map(name -> named(settings.upstreams(), name)).toList();
    return new EdgeView(edges, registries, List.copyOf(remarks));
  }

  /** {@code host:port} of an edge, as clients that know no schemes write it. */
  static String authority(URI edge) {
    return edge.getRawAuthority();
  }

  static boolean isPlain(URI edge) {
    return "http".equals(edge.getScheme());
  }

  private static URI edge(String text) {
    try {
      URI url = URI.create(text.replaceAll("/+$", ""));
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (http && url.getHost() != null && url.equals(bare(url))) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      throw new Refusal(noUrl(text), e);
    }
    throw new Refusal(noUrl(text));
  }

  private static String noUrl(String text) {
    return "--url " + text + " is not an edge's URL; give one such as http://mirror.example:5000";
  }

  private static URI bare(URI url) {
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    return URI.create(url.getScheme() + "://" + url.getHost() + port);
  }

  private static URI here(EdgeSettings settings, List<String> remarks) {
    return settings
        .listen()
        .publicUrl()
        .map(URI::toString)
        .map(EdgeView::edge)
        .orElseGet(() -> {
          remarks.add("For a client on another machine say --url http://HOST:PORT.");
          return local(settings.listen().registry().getFirst());
        });
  }

  private static URI local(EdgeSettings.Door door) {
    ListenAddress at = door.address();
    return URI.create(
        (door.tls().isPresent() ? "https://" : "http://")
            + (at.isEverywhere() ? new ListenAddress("localhost", at.port()) : at));
  }

  private static List<Registry> all(List<UpstreamSettings> upstreams, List<String> remarks) {
    List<Registry> all = new ArrayList<>();
    for (UpstreamSettings upstream : upstreams) {
      if (upstream.isWildcard()) {
        remarks.add(
            upstream.name()
                + " stands for many registries; name those that you use: --upstream HOST"
                + upstream.name().substring(1));
      } else {
        all.add(registry(upstream, upstream.name(), upstream.urls().getFirst()));
      }
    }
    return all;
  }

  private static Registry named(List<UpstreamSettings> upstreams, String name) {
    return upstreams.stream()
        .filter(upstream -> upstream.name().equals(name) || upstream.aliases().contains(name))
        .filter(upstream -> !upstream.isWildcard())
        .findFirst()
        .map(upstream -> registry(upstream, upstream.name(), upstream.urls().getFirst()))
        .or(() -> underWildcard(upstreams, name))
        .orElseThrow(() -> new Refusal(unknown(upstreams, name)));
  }

  private static Optional<Registry> underWildcard(List<UpstreamSettings> upstreams, String name) {
    return upstreams.stream()
        .filter(upstream -> upstream.isWildcard() && name.endsWith(upstream.name().substring(1)))
        .findFirst()
        .map(upstream -> registry(upstream, name, URI.create("https://" + name)));
  }

  private static Registry registry(UpstreamSettings upstream, String host, URI source) {
    Optional<String> prefix =
        Stream.concat(Stream.of(host), upstream.aliases().stream())
            .filter(name -> !name.contains(":"))
            .findFirst();
    return new Registry(host, prefix, source, upstream.isDefault());
  }

  private static String unknown(List<UpstreamSettings> upstreams, String name) {
    return "--upstream "
        + name
        + " is not known to the edge; it knows "
        + String.join(", ", upstreams.stream().map(UpstreamSettings::name).toList());
  }
}
