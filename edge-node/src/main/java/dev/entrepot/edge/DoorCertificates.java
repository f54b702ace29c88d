package dev.entrepot.edge;

import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.tls.PemPair;
import dev.entrepot.edge.http.Listener;
import dev.entrepot.edge.http.RegistryServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives TLS doors the certificates that their files hold, again whenever those change. A pair that
 * does not fit, or is not valid now, is refused and the old one stays. Only at the start, when
 * there is no old one, is a certificate shown that is not valid: the other doors are needed, and
 * the one that replaces it is taken up without a restart.
 */
final class DoorCertificates {
  private static final Logger LOG = LoggerFactory.getLogger(DoorCertificates.class);
  private static final Duration SOON = Duration.ofDays(7);
  private static final Duration REMIND = Duration.ofDays(1);

  private final Vertx vertx;
  private final Duration every;
  private final InstantSource clock;
  private final List<Watched> doors = new ArrayList<>();
  private volatile boolean stopped;

  /** Takes up a new pair; tells when it is in use. */
  @FunctionalInterface
  interface Serving {
    Future<?> by(PemPair pair);
  }

  /** What a door's files hold. */
  private record Held(PemPair pair, List<X509Certificate> authorities) {}

  /** A TLS door's files, and what was last thought of them. */
  static final class Watched {
    private final Path certificate;
    private final Path key;
    private final Optional<Path> authorities;
    private final Serving serving;
    private Held served;
    private String complaint = "";
    private Instant reminded = Instant.MIN;

    Watched(Path certificate, Path key, Optional<Path> authorities, Serving serving) {
      this.certificate = certificate;
      this.key = key;
      this.authorities = authorities;
      this.serving = serving;
      this.served = with(PemPair.readOfAnyDate(certificate, key));
    }

    private Held with(PemPair pair) {
      return new Held(pair, authorities.map(PemPair::certificates).orElse(List.of()));
    }
  }

  /**
   * Watches nothing yet.
   *
   * @param every how often files are looked at
   */
  DoorCertificates(Vertx vertx, Duration every, InstantSource clock) {
    this.vertx = vertx;
    this.every = every;
    this.clock = clock;
  }

  /**
   * Adds the doors for clients. Before {@link #watch}.
   *
   * @throws dev.entrepot.common.config.Refusal when files do not hold a certificate and its key
   */
  DoorCertificates add(List<EdgeSettings.Door> all, RegistryServer registry) {
    for (int door = 0; door < all.size(); door++) {
      int place = door;
      all.get(door)
          .tls()
          .map(files ->
              add(
                  files.certificate(),
                  files.key(),
                  Optional.empty(),
                  pair -> registry.certificate(place, Listener.tls(pair))))
          .filter(watched -> !watched.complaint.isEmpty())
          .ifPresent(watched ->
              LOG.warn(
                  "{}; until then clients refuse this door; the file is read again when it changes",
                  watched.complaint));
    }
    return this;
  }

  /**
   * Adds files that are in use already, whatever their dates. Before {@link #watch}.
   *
   * @param authorities those that are believed at this door, if it asks for certificates
   */
  Watched add(Path certificate, Path key, Optional<Path> authorities, Serving serving) {
    Watched added = new Watched(certificate, key, authorities, serving);
    PemPair.wrongDates(certificate, added.served.pair().certificate(), clock.instant())
        .ifPresent(why -> added.complaint = why);
    doors.add(added);
    return added;
  }

  /** Looks no more. */
  void stop() {
    stopped = true;
  }

  /** Begins to look at the files. */
  void watch() {
    if (!doors.isEmpty() && !stopped) {
      vertx.setTimer(every.toMillis(), _ -> lookAndGoOn());
    }
  }

  private void lookAndGoOn() {
    if (stopped) {
      return;
    }
    vertx
        .executeBlocking(() -> {
          doors.forEach(this::look);
          return true;
        })
        .onFailure(why -> LOG.error("the certificates' files could not be looked at", why))
        .onComplete(_ -> watch());
  }

  private void look(Watched watched) {
    Held now;
    try {
      now = watched.with(PemPair.read(watched.certificate, watched.key, clock));
    } catch (Refusal refusal) {
      complain(watched, String.valueOf(refusal.getMessage()));
      return;
    }
    watched.complaint = "";
    remind(watched, now.pair());
    if (!now.equals(watched.served)) {
      serve(watched, now);
    }
  }

  private void serve(Watched watched, Held now) {
    watched
        .serving
        .by(now.pair())
        .onSuccess(_ -> LOG.info("the certificate in {} is served now", watched.certificate))
        .onFailure(why ->
            LOG.warn(
                "the certificate in {} cannot be served, the old one stays: {}",
                watched.certificate,
                why.getMessage()));
    watched.served = now;
  }

  /** Each thing that is wrong is said once. */
  private static void complain(Watched watched, String sentence) {
    if (!sentence.equals(watched.complaint)) {
      watched.complaint = sentence;
      LOG.warn("{}; the certificate that was served so far stays", sentence);
    }
  }

  private void remind(Watched watched, PemPair now) {
    Instant end = now.certificate().getNotAfter().toInstant();
    Instant today = clock.instant();
    if (today.plus(SOON).isAfter(end)
        && (watched.reminded.equals(Instant.MIN)
            || watched.reminded.plus(REMIND).isBefore(today))) {
      watched.reminded = today;
      LOG.warn("the certificate in {} ends at {}: renew it", watched.certificate, end);
    }
  }
}
