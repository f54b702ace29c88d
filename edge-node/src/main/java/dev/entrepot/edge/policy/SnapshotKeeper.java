package dev.entrepot.edge.policy;

import dev.entrepot.common.config.Durations;
import dev.entrepot.common.jose.UnreadableJwsException;
import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.common.wire.SnapshotCodec;
import java.nio.file.Path;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes by the newest snapshot that is really this installation's. What is broken, older, empty or
 * somebody else's is refused with one sentence in the log, and the last good one stays.
 */
public final class SnapshotKeeper implements PolicySource, SnapshotFeed.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotKeeper.class);

  /** How often a confirmation is noted on disk. */
  static final Duration NOTE_EVERY = Duration.ofMinutes(1);

  /** How far the control plane's clock may be ahead of this machine's. */
  static final Duration LEEWAY = Duration.ofMinutes(1);

  private static final Pattern NUMBERS = Pattern.compile("[0-9][0-9.]*");
  private static final String CLOCKS = "set the clock right, here or at the control plane";
  private static final String WHOSE =
      "see that this edge's control-plane.url and credentials belong to the same installation";

  private final String installation;
  private final RSAPublicKey key;
  private final Optional<SnapshotFile> file;
  private final InstantSource clock;
  private final Executor worker;
  private final List<Consumer<Policy>> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable Policy current;
  private volatile Instant confirmed = Instant.EPOCH;
  private volatile boolean connected;
  private volatile String silence = "";
  private volatile boolean closed; // private content is, and that was said
  private String text = ""; // of the current one; guarded by this, as are the next three
  private Instant noted = Instant.EPOCH;
  private String refusal = "";
  private Optional<Early> early = Optional.empty();

  /** A snapshot that this machine's clock makes one of the future. */
  private record Early(String signed, Instant from) {}

  /**
   * @param installation whose snapshots count
   * @param key that they are signed with
   * @param file where the last good one is kept; absent where it cannot be lost
   * @param worker writes to disk, one task at a time
   */
  public SnapshotKeeper(
      String installation,
      RSAPublicKey key,
      Optional<Path> file,
      InstantSource clock,
      Executor worker) {
    this.installation = installation;
    this.key = key;
    this.file = file.map(SnapshotFile::new);
    this.clock = clock;
    this.worker = worker;
  }

  /** Takes up what was kept before. Blocks. */
  public synchronized void load() {
    file.flatMap(SnapshotFile::read)
        .ifPresent(kept -> {
          if (accept(kept.text(), Instant.MAX)) { // its time was right when it was kept
            Instant now = clock.instant();
            confirmed = kept.confirmed().isAfter(now) ? now : kept.confirmed();
          }
        });
  }

  /** Is told of each new policy, on the thread that brought it. */
  public void onChange(Consumer<Policy> listener) {
    listeners.add(listener);
  }

  @Override
  public Optional<Policy> current() {
    return Optional.ofNullable(current);
  }

  @Override
  public boolean isAwaited() {
    return current == null;
  }

  @Override
  public boolean isFresh() {
    Policy now = current;
    return now != null && staleness().compareTo(now.snapshot().access().maxStaleness()) <= 0;
  }

  /** For how long nobody has confirmed the snapshot. */
  public Duration staleness() {
    Duration since = Duration.between(confirmed, clock.instant());
    return since.isNegative() ? Duration.ZERO : since;
  }

  /** Whether snapshots could come right now. */
  public boolean isConnected() {
    return connected;
  }

  @Override
  public synchronized void snapshot(String signed) {
    connected = true;
    early = Optional.empty();
    if (!signed.equals(text) && accept(signed, clock.instant().plus(LEEWAY))) {
      confirmed = clock.instant();
      closed = false;
      noted = confirmed;
      Instant at = confirmed;
      file.ifPresent(it -> worker.execute(() -> it.write(signed, at)));
      Policy now = current;
      if (now != null) {
        listeners.forEach(it -> it.accept(now));
      }
    } else if (signed.equals(text)) {
      refusal = "";
      confirmed();
    }
  }

  @Override
  public synchronized void confirmed() {
    connected = true;
    Instant latest = clock.instant().plus(LEEWAY);
    Optional<Early> due = early.filter(it -> !it.from().isAfter(latest));
    if (due.isPresent()) {
      snapshot(due.get().signed());
      return;
    }
    if (current == null || !refusal.isEmpty()) {
      return; // what was confirmed is not what this edge goes by
    }
    Instant now = clock.instant();
    confirmed = now;
    closed = false;
    if (Duration.between(noted, now).compareTo(NOTE_EVERY) >= 0) {
      noted = now;
      file.ifPresent(it -> worker.execute(() -> it.confirm(now)));
    }
  }

  @Override
  public void lost(String why) {
    String reason = reason(why);
    if (connected || !reason.equals(silence)) { // once for each reason, however long it lasts
      LOG.warn("the control plane cannot be heard, this edge goes on by what it has: {}", why);
    }
    silence = reason;
    connected = false;
    sayWhatCloses();
  }

  private void sayWhatCloses() {
    Policy now = current;
    boolean before = closed;
    closed = now != null && !isFresh();
    if (now != null && closed && !before) {
      LOG.warn(
          "private content is closed from now on, because nobody has confirmed the snapshot for"
              + " longer than max-staleness ({}): let this edge reach its control plane",
          Durations.print(now.snapshot().access().maxStaleness()));
    }
  }

  private boolean accept(String signed, Instant latest) {
    try {
      Snapshot next = SnapshotCodec.read(signed, key);
      requireOurs(next);
      requireMadeBy(latest, next, signed);
      current = new Policy(next);
      text = signed;
      refusal = "";
      LOG.info("goes by version {} of the snapshot now", next.version());
      return true;
    } catch (UnreadableJwsException | IllegalArgumentException e) {
      refuse(String.valueOf(e.getMessage()));
      return false;
    }
  }

  private void refuse(String why) {
    String reason = reason(why);
    if (!reason.equals(refusal)) {
      refusal = reason;
      LOG.warn(
          "a snapshot was refused and the last good one stays: {}; {}",
          why,
          early.isPresent() ? CLOCKS : WHOSE);
    }
  }

  /** What stays the same while the same thing is wrong: a sentence without its times. */
  private static String reason(String why) {
    return NUMBERS.matcher(why).replaceAll("#");
  }

  /** A version follows the time, so one from the future would shut out all that come after it. */
  private void requireMadeBy(Instant latest, Snapshot next, String signed) {
    if (next.issuedAt().isAfter(latest)) {
      early = Optional.of(new Early(signed, next.issuedAt()));
      throw new IllegalArgumentException(
          "it was made at "
              + next.issuedAt()
              + " but this machine's clock says "
              + clock.instant());
    }
  }

  private void requireOurs(Snapshot next) {
    Policy now = current;
    if (!next.installation().equals(installation)) {
      throw new IllegalArgumentException(
          "it is of the installation " + next.installation() + " and not of " + installation);
    }
    if (now != null && next.version() <= now.version()) {
      throw new IllegalArgumentException(
          "version " + next.version() + " is not newer than " + now.version());
    }
  }
}
