package dev.entrepot.cli;

import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.common.config.ListenAddress;
import dev.entrepot.common.config.UpstreamSettings;
import dev.entrepot.edge.Edge;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;

/** Puts an edge together and runs it until the process is told to end. */
public final class EdgeLauncher implements EdgeProgram {
  private static final int NAMES_SHOWN = 6;

  @Override
  public int run(EdgeSettings settings, PrintWriter out, PrintWriter err) {
    return await(Edge.start(settings), settings, out);
  }

  @Override
  public int standalone(EdgeSettings settings, PrintWriter out, PrintWriter err) {
    if (settings.control().isPresent()) {
      return run(settings, out, err);
    }
    try (OwnControl control = OwnControl.open(settings)) {
      return await(Edge.start(settings, Optional.of(control.forEdge())), settings, out);
    }
  }

  private static int await(Edge edge, EdgeSettings settings, PrintWriter out) {
    return UntilTold.run(
        () -> greet(edge, settings, out), () -> edge.drain(settings.drain()), edge::close);
  }

  private static void greet(Edge edge, EdgeSettings settings, PrintWriter out) {
    ListenAddress door = edge.doors().getFirst();
    boolean tls = settings.listen().registry().getFirst().tls().isPresent();
    String here =
        (tls ? "https://" : "http://")
            + (door.isEverywhere() ? "localhost" : door.host())
            + ":"
            + door.port();
    out.printf("Entrepot listens on %s%n", String.join(", ", texts(edge.doors())));
    out.printf("  caches   %s%n", names(settings.upstreams()));
    out.printf(
        "  keeps    at most %.1f GiB under %s%n",
        edge.capacityBytes() / (double) (1L << 30),
        settings.storage().directory().toAbsolutePath().normalize());
    out.printf(
        "  memory   heap at most %d MiB, buffers as much again%n",
        Runtime.getRuntime().maxMemory() >> 20);
    out.printf(
        "  serves   %s without a token%n", String.join(", ", settings.access().trustedNetworks()));
    out.printf(
        "  health   http://%s/readyz, meters at /metrics%n",
        edge.observe().toString().replace("0.0.0.0", "localhost"));
    out.printf("Docker:  entrepot client-setup docker --url %s%n", here);
    out.printf("         or {\"registry-mirrors\": [\"%s\"]} in /etc/docker/daemon.json%n", here);
    out.flush();
  }

  private static List<String> texts(List<ListenAddress> doors) {
    return doors.stream().map(ListenAddress::toString).toList();
  }

  private static String names(List<UpstreamSettings> upstreams) {
    List<String> names = upstreams.stream().map(UpstreamSettings::name).toList();
    String shown = String.join(", ", names.subList(0, Math.min(NAMES_SHOWN, names.size())));
    return names.size() <= NAMES_SHOWN
        ? shown
        : shown + " and " + (names.size() - NAMES_SHOWN) + " more";
  }
}
