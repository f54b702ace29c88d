package dev.entrepot.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands where the real registries would be, and counts who comes. Clients run in a mount namespace
 * of their own, in which the registries' names mean this place, and in which the files that {@code
 * client-setup} wrote are the machine's.
 */
final class Fallback implements AutoCloseable {
  private static final String PLACE = "127.66.77.88";
  private static final List<String> NAMES =
      List.of(
          "docker.io",
          "registry-1.docker.io",
          "index.docker.io",
          "auth.docker.io",
          "ghcr.io",
          "quay.io");

  private final AtomicInteger connections = new AtomicInteger();
  private final List<ServerSocket> sockets = new ArrayList<>();
  private final Path hosts;

  Fallback(Path directory) {
    try {
      hosts = directory.resolve("hosts");
      Files.writeString(
          hosts, "127.0.0.1 localhost\n" + PLACE + " " + String.join(" ", NAMES) + "\n");
      for (int port : List.of(80, 443)) {
        ServerSocket socket = new ServerSocket(port, 50, InetAddress.getByName(PLACE));
        sockets.add(socket);
        Thread.ofVirtual().start(() -> count(socket));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many connections went past the edge. */
  int connections() {
    return connections.get();
  }

  /**
   * The command, run where the registries are here.
   *
   * @param root under which {@code client-setup} wrote; its {@code etc/…} folders replace the
   *     machine's
   */
  List<String> within(Path root, List<String> command) {
    StringBuilder script = new StringBuilder("set -e; mount --bind " + hosts + " /etc/hosts; ");
    for (String folder : List.of("docker", "containerd", "containers/registries.conf.d")) {
      Path ours = root.resolve("etc").resolve(folder);
      if (Files.isDirectory(ours)) {
        script.append(
            "mkdir -p /etc/" + folder + "; mount --bind " + ours + " /etc/" + folder + "; ");
      }
    }
    script.append("exec \"$@\"");
    List<String> all =
        new ArrayList<>(
            List.of(
                Programs.need("unshare", "util-linux"),
                "-m",
                "/bin/sh",
                "-c",
                script.toString(),
                "sh"));
    all.addAll(command);
    return all;
  }

  @Override
  public void close() {
    for (ServerSocket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void count(ServerSocket socket) {
    while (!socket.isClosed()) {
      try (Socket client = socket.accept()) {
        connections.incrementAndGet();
        client.shutdownOutput();
      } catch (IOException _) {
        // the client or the test has gone
      }
    }
  }
}
