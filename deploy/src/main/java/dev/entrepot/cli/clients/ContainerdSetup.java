package dev.entrepot.cli.clients;

import dev.entrepot.cli.clients.EdgeView.Registry;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** containerd, and so ctr, nerdctl and Kubernetes: one {@code hosts.toml} for each registry. */
final class ContainerdSetup {
  private static final String FOLDER = "/etc/containerd/certs.d";

  // Version 2 is understood by 1.6 and 1.7, and migrated in memory by 2.x.
  private static final String CONFIG =
      """
      version = 2

      [plugins."io.containerd.grpc.v1.cri".registry]
        config_path = "/etc/containerd/certs.d"
      """;
  private static final String ADVICE =
      "Add config_path to what is there; in a file of version 3 the section is"
          + " [plugins.'io.containerd.cri.v1.images'.registry].";

  private ContainerdSetup() {}

  static ClientSetup write(EdgeView view, boolean fallback) {
    List<SetupFile> files = new ArrayList<>();
    view.registries().forEach(registry -> files.add(hosts(registry, view.edges(), fallback)));
    files.add(new SetupFile("/etc/containerd/config.toml", CONFIG, ADVICE));
    return new ClientSetup(files, List.of("systemctl restart containerd"), remarks(view));
  }

  private static SetupFile hosts(Registry registry, List<URI> edges, boolean fallback) {
    URI server = fallback ? registry.source() : edges.getLast();
    String hosts = edges.stream().map(ContainerdSetup::host).collect(Collectors.joining());
    return new SetupFile(
        FOLDER + "/" + folder(registry.host()) + "/hosts.toml",
        "server = \"" + server + "\"\n" + hosts,
        "");
  }

  private static String host(URI edge) {
    return "\n[host.\"" + edge + "\"]\n  capabilities = [\"pull\", \"resolve\"]\n";
  }

  // containerd looks for host_port_ before host:port.
  private static String folder(String host) {
    return host.contains(":") ? host.replace(':', '_') + "_" : host;
  }

  private static List<String> remarks(EdgeView view) {
    List<String> remarks = new ArrayList<>(view.remarks());
    remarks.add("Only config.toml needs the restart; hosts.toml files are read at every pull.");
    remarks.add("ctr reads no config.toml: ctr images pull --hosts-dir " + FOLDER + " IMAGE");
    return remarks;
  }
}
