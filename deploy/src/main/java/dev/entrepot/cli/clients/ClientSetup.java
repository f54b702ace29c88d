package dev.entrepot.cli.clients;

import dev.entrepot.common.config.EdgeSettings;
import java.util.List;

/**
 * All that one client needs.
 *
 * @param reload commands that make the client read the files
 * @param remarks what else the user should know
 */
public record ClientSetup(List<SetupFile> files, List<String> reload, List<String> remarks) {

  /**
   * Writes it.
   *
   * @param urls how the client reaches the edge; none means as the settings say, on this machine
   * @param upstreams the registries to set up; none means all that the settings know
   * @param fallback whether the client may go past an edge that does not answer
   */
  public static ClientSetup of(
      ClientKind client,
      EdgeSettings settings,
      List<String> urls,
      List<String> upstreams,
      boolean fallback) {
    EdgeView view = EdgeView.of(settings, urls, upstreams);
    return switch (client) {
      case DOCKER -> DockerSetup.write(view, fallback);
      case CONTAINERD -> ContainerdSetup.write(view, fallback);
      case PODMAN -> PodmanSetup.write(view, fallback);
    };
  }
}
