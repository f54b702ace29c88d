package dev.entrepot.system;

import dev.entrepot.system.ControlProcess.Invitation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A site as its operators run it: a control plane and edges that have joined it, each a program of
 * its own on loopback. Every edge has a door for trusted networks and one that always asks for a
 * token.
 */
final class Site implements AutoCloseable {
  /** The shared secret of the edges. */
  static final String SECRET = "a secret of the edges of one site";

  private final Host host;
  private final Path directory;
  private final ControlProcess control;
  private final List<EdgeProcess> edges = new ArrayList<>();
  private final List<Integer> hazelcast = new ArrayList<>();
  private final List<Integer> asking = new ArrayList<>();
  private final List<Integer> peers = new ArrayList<>();

  /**
   * Writes the files of a site.
   *
   * @param decisions more of the control plane's file
   * @param upstreams the edges' {@code upstreams}
   */
  Site(Host host, Path directory, int size, String decisions, String upstreams) {
    this.host = host;
    this.directory = directory;
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.control = new ControlProcess(host, directory.resolve("control"), decisions).start();
    Invitation invitation = control.invite(size);
    for (int n = 0; n < size; n++) {
      hazelcast.add(Ports.free());
      asking.add(Ports.free());
      peers.add(Ports.free());
    }
    for (int n = 0; n < size; n++) {
      edges.add(edge(n, invitation, upstreams));
    }
  }

  /** Starts every edge and waits until they see each other. */
  Site start() {
    edges.forEach(edge -> edge.start());
    awaitMembers(edges.size(), edges);
    return this;
  }

  void awaitMembers(int count, List<EdgeProcess> of) {
    for (EdgeProcess edge : of) {
      edge.await(() -> edge.meter("entrepot_cluster_members", "") == count);
    }
  }

  ControlProcess control() {
    return control;
  }

  List<EdgeProcess> edges() {
    return edges;
  }

  /** The door of an edge that always asks for a token. */
  String askingUrl(int edge) {
    return "http://127.0.0.1:" + asking.get(edge);
  }

  /** The door of an edge for the others. */
  String peerUrl(int edge) {
    return "https://127.0.0.1:" + peers.get(edge);
  }

  /** Where an edge keeps who it is. */
  Path credentials(int edge) {
    return directory.resolve("edge-" + edge).resolve("data/credentials");
  }

  int hazelcastPort(int edge) {
    return hazelcast.get(edge);
  }

  @Override
  public void close() {
    edges.forEach(EdgeProcess::close);
    control.close();
  }

  private EdgeProcess edge(int n, Invitation invitation, String upstreams) {
    int peer = peers.get(n);
    String members =
        hazelcast.stream()
            .map(port -> "\"127.0.0.1:" + port + "\"")
            .collect(Collectors.joining(", "));
    return new EdgeProcess(
        host,
        directory.resolve("edge-" + n),
        "127.0.0.1",
        ", {address: \"127.0.0.1:" + asking.get(n) + "\", challenge: always}",
        """
        %s
        cluster:
          mode: hazelcast
          name: site
          address: 127.0.0.1:%d
          members: [%s]
          secret: %s
          peer: {listen: "127.0.0.1:%d", url: "https://127.0.0.1:%d"}
        control-plane: {url: "%s", ca-pin: "%s", join-token: %s, node: edge-%d}
        """
            .formatted(
                upstreams,
                hazelcast.get(n),
                members,
                SECRET,
                peer,
                peer,
                control.url(),
                invitation.pin(),
                invitation.token(),
                n));
  }
}
