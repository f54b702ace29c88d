package dev.entrepot.edge.upstream;

import dev.entrepot.edge.upstream.UpstreamObserver.Circuit;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Stops asking one host that fails, and lets one probe through now and then. Thread-safe. */
final class Breaker {

  /** How a request went, as far as the host's health is concerned. */
  enum Outcome {
    WELL,
    BADLY,
    /** It says nothing about the host. */
    NEITHER
  }

  /** Leave to send one request; must be given back with {@link #done}. */
  record Pass(boolean probe) {}

  private final UpstreamBreaker settings;
  private final Consumer<Circuit> watcher;
  private Circuit state = Circuit.CLOSED;
  private Instant until = Instant.MIN;
  private Instant windowEnd = Instant.MIN;
  private int answers;
  private int failures;

  Breaker(UpstreamBreaker settings, Consumer<Circuit> watcher) {
    this.settings = settings;
    this.watcher = watcher;
  }

  /** Leave to send, unless the circuit is open. */
  synchronized Optional<Pass> enter(Instant now) {
    if (state == Circuit.CLOSED) {
      return Optional.of(new Pass(false));
    }
    if (state == Circuit.PROBING || now.isBefore(until)) {
      return Optional.empty();
    }
    become(Circuit.PROBING);
    return Optional.of(new Pass(true));
  }

  /** Tells how it went. */
  synchronized void done(Pass pass, Outcome outcome, Instant now) {
    if (pass.probe()) {
      probed(outcome, now);
    } else if (state == Circuit.CLOSED && outcome != Outcome.NEITHER) {
      count(outcome, now);
    }
  }

  /** Whether a request would be refused now. */
  synchronized boolean isOpen(Instant now) {
    return state == Circuit.PROBING || (state == Circuit.OPEN && now.isBefore(until));
  }

  private void probed(Outcome outcome, Instant now) {
    if (outcome == Outcome.WELL) {
      answers = 0;
      failures = 0;
      become(Circuit.CLOSED);
    } else {
      until = outcome == Outcome.BADLY ? now.plus(settings.open()) : now;
      become(Circuit.OPEN);
    }
  }

  private void count(Outcome outcome, Instant now) {
    if (!now.isBefore(windowEnd)) {
      windowEnd = now.plus(settings.window());
      answers = 0;
      failures = 0;
    }
    answers++;
    failures += outcome == Outcome.BADLY ? 1 : 0;
    if (failures >= settings.failures() && failures * 2 >= answers) {
      until = now.plus(settings.open());
      become(Circuit.OPEN);
    }
  }

  private void become(Circuit next) {
    state = next;
    watcher.accept(next);
  }
}
