package dev.entrepot.cli.clients;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** dockerd: {@code registry-mirrors}, which it uses for docker.io alone. */
final class DockerSetup {
  private static final String FILE = "/etc/docker/daemon.json";

  private DockerSetup() {}

  static ClientSetup write(EdgeView view, boolean fallback) {
    return new ClientSetup(
        List.of(new SetupFile(FILE, json(view.edges()), "Add these keys to those that are there.")),
        List.of("systemctl reload docker"),
        remarks(view, fallback));
  }

  private static String json(List<URI> edges) {
    List<String> plain = edges.stream().filter(EdgeView::isPlain).map(EdgeView::authority).toList();
    String mirrors = "  \"registry-mirrors\": " + array(edges.stream().map(URI::toString).toList());
    String insecure = plain.isEmpty() ? "" : ",\n  \"insecure-registries\": " + array(plain);
    return "{\n" + mirrors + insecure + "\n}\n";
  }

  private static String array(List<String> texts) {
    return texts.stream().map(text -> '"' + text + '"').collect(Collectors.joining(", ", "[", "]"));
  }

  private static List<String> remarks(EdgeView view, boolean fallback) {
    List<String> remarks = new ArrayList<>(view.remarks());
    remarks.add(
        "dockerd uses mirrors for docker.io alone; pull others by a longer name: docker pull "
            + EdgeView.authority(view.edges().getFirst())
            + "/ghcr.io/OWNER/IMAGE");
    if (view.registries().stream().noneMatch(r -> r.isDefault() && r.host().equals("docker.io"))) {
      remarks.add("This edge answers names without a prefix from another registry than docker.io.");
    }
    if (!fallback) {
      remarks.add(
          "dockerd always asks docker.io itself when its mirrors fail: only a firewall keeps it"
              + " in.");
    }
    return remarks;
  }
}
