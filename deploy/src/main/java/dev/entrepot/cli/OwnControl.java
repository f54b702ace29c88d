package dev.entrepot.cli;

import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.common.config.ListenAddress;
import dev.entrepot.control.ControlPlane;
import dev.entrepot.control.EmbeddedControl;
import dev.entrepot.edge.LocalControl;
import dev.entrepot.edge.policy.SnapshotFeed;
import java.net.URI;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The control plane within a standalone process; its state is beside the blobs. */
final class OwnControl implements AutoCloseable {
  private static final String DIRECTORY = "control";
  private static final int CONFIRM_SECONDS = 5;

  private final EmbeddedControl control;

  private OwnControl(EmbeddedControl control) {
    this.control = control;
  }

  static OwnControl open(EdgeSettings settings) {
    return new OwnControl(
        ControlPlane.embedded(
            settings.storage().directory().resolve(DIRECTORY),
            settings.decisions(),
            realm(settings.listen())));
  }

  /**
   * The public URL. Without one clients are told the host that they asked, and this is for those
   * who did not say which.
   */
  private static URI realm(EdgeSettings.Listen listen) {
    ListenAddress door = listen.registry().getFirst().address();
    String scheme = listen.registry().getFirst().tls().isPresent() ? "https://" : "http://";
    URI here =
        listen
            .publicUrl()
            .orElseGet(() ->
                URI.create(
                    scheme
                        + (door.isEverywhere()
                            ? new ListenAddress("localhost", door.port())
                            : door)));
    return here.resolve("/token");
  }

  /** What the edge is told of it. */
  LocalControl forEdge() {
    return new LocalControl(
        control.installation(),
        control.snapshotKey(),
        new Feed(control),
        (request, address) -> control.tokens().handle(request, address),
        control::operator);
  }

  @Override
  public void close() {
    control.close();
  }

  /**
   * In the same process there is nothing to be lost, so it is confirmed for as long as it lives.
   */
  private static final class Feed implements SnapshotFeed {
    private final EmbeddedControl control;
    private final ScheduledExecutorService beat =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("own-control").factory());
    private Runnable end = () -> {};

    Feed(EmbeddedControl control) {
      this.control = control;
    }

    @Override
    public synchronized void start(Listener listener) {
      end = control.onSnapshot(listener::snapshot);
      var _ =
          beat.scheduleWithFixedDelay(
              listener::confirmed, CONFIRM_SECONDS, CONFIRM_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public synchronized void close() {
      end.run();
      beat.shutdownNow();
    }
  }
}
