package dev.entrepot.edge.policy.enrol;

import dev.entrepot.common.config.EdgeSettings.ControlLink;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.tls.PemPair;
import dev.entrepot.common.wire.Enrolment;
import dev.entrepot.common.wire.SnapshotCodec;
import dev.entrepot.edge.policy.SnapshotFeed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots from afar: one long answer of lines, asked for again whenever it ends, breaks or falls
 * silent, with growing pauses. Shows the certificate that the node has at each new connection.
 */
public final class SnapshotStream implements SnapshotFeed {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotStream.class);

  /** The control plane says something every 2 s. */
  public static final Duration SILENCE = Duration.ofSeconds(10);

  /** The first pause before asking again; doubles up to the longest. */
  public static final Duration FIRST_RETRY = Duration.ofMillis(500);

  public static final Duration LONGEST_RETRY = Duration.ofSeconds(5);

  private static final int PIECE = 64 << 10;

  private final ControlLink link;
  private final Supplier<NodeIdentity> node;
  private final InstantSource clock;
  private final ClockWatch clocks;
  private final RandomGenerator random;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("snapshot-watch").factory());
  private volatile @Nullable Thread reader;
  private volatile ControlClient.@Nullable Stream open;
  private volatile long heard;
  private volatile boolean closed;

  public SnapshotStream(
      ControlLink link, Supplier<NodeIdentity> node, InstantSource clock, RandomGenerator random) {
    this.link = link;
    this.node = node;
    this.clock = clock;
    this.clocks = new ClockWatch(clock);
    this.random = random;
  }

  @Override
  public void start(Listener listener) {
    Thread thread =
        Thread.ofPlatform().daemon().name("snapshot-stream").unstarted(() -> listen(listener));
    reader = thread;
    var _ = watch.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    thread.start();
  }

  @Override
  public void close() {
    closed = true;
    watch.shutdownNow();
    hangUp();
    Thread thread = reader;
    if (thread != null) {
      thread.interrupt();
    }
  }

  private void look() {
    if (open != null && System.nanoTime() - heard > SILENCE.toNanos()) {
      hangUp();
    }
  }

  private void hangUp() {
    ControlClient.Stream now = open;
    if (now != null) {
      now.close();
    }
  }

  private void listen(Listener listener) {
    Duration pause = FIRST_RETRY;
    while (!closed) {
      long begun = heard;
      String why = once(listener);
      if (closed) {
        return;
      }
      listener.lost(why);
      pause = heard != begun ? FIRST_RETRY : longer(pause);
      if (!rest(pause)) {
        return;
      }
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : twice;
  }

  /** Waits between a half and the whole of that, so that a fleet does not come at once. */
  private boolean rest(Duration pause) {
    try {
      TimeUnit.MILLISECONDS.sleep((long) (pause.toMillis() * (0.5 + random.nextDouble() / 2)));
      return true;
    } catch (InterruptedException _) {
      return false;
    }
  }

  /** One connection from its beginning to its end; gives why it ended. */
  private String once(Listener listener) {
    NodeIdentity identity = node.get();
    try (ControlClient.Stream stream = client(identity).open(Enrolment.SNAPSHOTS, clocks)) {
      heard = System.nanoTime();
      open = stream;
      read(stream.body(), listener);
      return "the control plane at " + link.url() + " has ended the stream";
    } catch (Refusal refusal) {
      return String.valueOf(refusal.getMessage());
    } catch (IOException e) {
      return "the stream from " + link.url() + " broke (" + e.getMessage() + ")";
    } catch (RuntimeException e) {
      LOG.error("the snapshot stream failed", e);
      return String.valueOf(e.getMessage());
    } finally {
      open = null;
    }
  }

  private ControlClient client(NodeIdentity identity) {
    List<X509Certificate> trusted = new ArrayList<>(PemPair.certificates(identity.authorities()));
    link.authorities().map(PemPair::certificates).ifPresent(trusted::addAll);
    return new ControlClient(
        link.url(),
        new ServerTrust(trusted, Optional.empty(), clock),
        Optional.of(OwnCertificate.of(identity)));
  }

  private void read(InputStream body, Listener listener) throws IOException {
    StringBuilder line = new StringBuilder();
    byte[] piece = new byte[PIECE];
    for (int count = body.read(piece); count >= 0 && !closed; count = body.read(piece)) {
      heard = System.nanoTime();
      String text = new String(piece, 0, count, StandardCharsets.US_ASCII);
      int from = 0;
      for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
        line.append(text, from, end);
        tell(line.toString(), listener);
        line.setLength(0);
        from = end + 1;
      }
      line.append(text, from, text.length());
      if (line.length() > SnapshotCodec.MAX_CHARS) {
        throw new IOException("a line longer than " + SnapshotCodec.MAX_CHARS + " characters");
      }
    }
  }

  private static void tell(String line, Listener listener) {
    if (line.isBlank()) {
      listener.confirmed();
    } else {
      listener.snapshot(line.strip());
    }
  }
}
