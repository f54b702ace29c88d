package dev.entrepot.cli;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.config.ListenAddress;
import dev.entrepot.control.ControlPlane;
import java.io.PrintWriter;

/** Runs a control plane until the process is told to end. */
final class ControlLauncher {
  private ControlLauncher() {}

  static int run(ControlSettings settings, PrintWriter out) {
    ControlPlane plane = ControlPlane.start(settings);
    return UntilTold.run(
        () -> greet(plane, settings, out), () -> plane.drain(settings.drain()), plane::close);
  }

  /** What an operator needs to go on. */
  static void greet(ControlPlane plane, ControlSettings settings, PrintWriter out) {
    ListenAddress control = settings.listen().control();
    out.printf(
        "Entrepot's control plane listens on %s%n",
        new ListenAddress(control.host(), plane.port()));
    out.printf("  url      %s%n", plane.url());
    out.printf("  pin      %s%n", plane.pin());
    out.printf("  state    %s%n", settings.directory().toAbsolutePath().normalize());
    out.printf("  admin    http://%s%n", plane.admin());
    out.printf(
        "  health   http://%s/readyz, meters at /metrics%n",
        plane.observe().toString().replace("0.0.0.0", "localhost"));
    out.printf("An edge: entrepot join-token create --admin http://%s%n", plane.admin());
    out.flush();
  }
}
