package dev.entrepot.edge.policy.enrol;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares this machine's clock with the control plane's: tokens, certificates and snapshots count
 * only where the two agree. For one thread at a time.
 */
final class ClockWatch {
  private static final Logger LOG = LoggerFactory.getLogger(ClockWatch.class);

  /** How far clocks may differ, and how far a difference may change, before anything is said. */
  static final Duration LEEWAY = Duration.ofMinutes(1);

  private final InstantSource clock;
  private Duration said = Duration.ZERO;

  ClockWatch(InstantSource clock) {
    this.clock = clock;
  }

  /** Notes what the control plane's clock says now; says so once when the two have parted. */
  void compare(Instant theirs) {
    Instant ours = clock.instant();
    Duration ahead = Duration.between(theirs, ours);
    if (ahead.minus(said).abs().compareTo(LEEWAY) <= 0) {
      return;
    }
    said = ahead;
    if (ahead.abs().compareTo(LEEWAY) > 0) {
      LOG.warn(
          "this machine's clock says {} and the control plane's says {}: set the clock right, here"
              + " or there; until then valid tokens, certificates and snapshots may be refused",
          ours,
          theirs);
    } else {
      said = Duration.ZERO;
      LOG.info("this machine's clock and the control plane's agree again");
    }
  }
}
