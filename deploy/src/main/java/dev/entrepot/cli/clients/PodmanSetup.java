package dev.entrepot.cli.clients;

import dev.entrepot.cli.clients.EdgeView.Registry;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** podman, buildah, skopeo and CRI-O: mirrors that name the registry in the path. */
final class PodmanSetup {
  private static final String FILE = "/etc/containers/registries.conf.d/50-entrepot.conf";

  private PodmanSetup() {}

  static ClientSetup write(EdgeView view, boolean fallback) {
    String content =
        view.registries().stream()
            .filter(registry -> registry.prefix().isPresent())
            .map(registry -> fallback ? mirrored(registry, view) : replaced(registry, view))
            .collect(Collectors.joining("\n"));
    return new ClientSetup(List.of(new SetupFile(FILE, content, "")), List.of(), remarks(view));
  }

  // The mirrors first, then the registry itself.
  private static String mirrored(Registry registry, EdgeView view) {
    return "[[registry]]\nprefix = \""
        + registry.host()
        + "\"\nlocation = \""
        + source(registry)
        + "\"\n"
        + insecure(registry.source())
        + mirrors(registry, view.edges());
  }

  // The last edge stands where the registry was: there is nowhere else to go.
  private static String replaced(Registry registry, EdgeView view) {
    List<URI> edges = view.edges();
    return "[[registry]]\nprefix = \""
        + registry.host()
        + "\"\n"
        + location(registry, edges.getLast())
        + mirrors(registry, edges.subList(0, edges.size() - 1));
  }

  private static String mirrors(Registry registry, List<URI> edges) {
    return edges.stream()
        .map(edge -> "\n[[registry.mirror]]\n" + location(registry, edge))
        .collect(Collectors.joining());
  }

  private static String location(Registry registry, URI edge) {
    String prefix = registry.prefix().orElseThrow();
    return "location = \"" + EdgeView.authority(edge) + "/" + prefix + "\"\n" + insecure(edge);
  }

  private static String insecure(URI where) {
    return EdgeView.isPlain(where) ? "insecure = true\n" : "";
  }

  // docker.io is a name that podman resolves to where Docker Hub is.
  private static String source(Registry registry) {
    boolean hub = "registry-1.docker.io".equals(registry.source().getHost());
    String path = registry.source().getRawPath().replaceAll("/+$", "");
    return hub ? "docker.io" : registry.source().getRawAuthority() + path;
  }

  private static List<String> remarks(EdgeView view) {
    List<String> remarks = new ArrayList<>(view.remarks());
    view.registries().stream()
        .filter(registry -> registry.prefix().isEmpty())
        .map(registry ->
            registry.host()
                + " cannot stand in a path; give it an alias without a port in the edge's"
                + " settings.")
        .forEach(remarks::add);
    remarks.add(
        "Nothing needs to be reloaded for podman, buildah and skopeo; for CRI-O: systemctl reload"
            + " crio");
    return remarks;
  }
}
