package dev.entrepot.control;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.config.Secret;
import dev.entrepot.common.tls.PemPair;
import dev.entrepot.control.ca.Authority;
import dev.entrepot.control.ca.IssuedPair;
import dev.entrepot.control.fleet.ServerIdentity;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate that the door shows: the one of the settings, read again when it changes, or one
 * that the installation's authority makes for {@code listen.public-url}, new at each start and at
 * half of its life. Of the settings' files the first are shown whatever their dates, so that one
 * certificate that has ended does not keep the whole installation from starting. One caller at a
 * time.
 */
final class DoorIdentity {
  /** How long a certificate lives that the authority makes for the door. */
  static final Duration LIFE = Duration.ofDays(90);

  private static final Logger LOG = LoggerFactory.getLogger(DoorIdentity.class);
  private static final List<String> ALWAYS = List.of("localhost", "127.0.0.1", "::1");

  private final ControlSettings.Listen listen;
  private final Authority authority;
  private final InstantSource clock;
  private Optional<PemPair> shown = Optional.empty();
  private Instant renewAt = Instant.MAX;
  private String complaint = "";

  DoorIdentity(ControlSettings.Listen listen, Authority authority, InstantSource clock) {
    this.listen = listen;
    this.authority = authority;
    this.clock = clock;
  }

  /**
   * What to begin with.
   *
   * @throws Refusal when the files of the settings do not hold a certificate and its key
   */
  ServerIdentity first() {
    return listen.tls().map(this::readOfAnyDate).orElseGet(this::issue);
  }

  /** What to show from now on, if it is something else; never fails. */
  Optional<ServerIdentity> changed() {
    try {
      if (listen.tls().isPresent()) {
        Optional<PemPair> before = shown;
        ServerIdentity now = read(listen.tls().get());
        complaint = "";
        return shown.equals(before) ? Optional.empty() : Optional.of(now);
      }
      return clock.instant().isBefore(renewAt) ? Optional.empty() : Optional.of(issue());
    } catch (Refusal e) {
      complain(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** Each thing that is wrong is said once. */
  private void complain(String sentence) {
    if (!sentence.equals(complaint)) {
      complaint = sentence;
      LOG.warn("{}; the door goes on with the certificate that it has", sentence);
    }
  }

  /** Names of the door that no node may have; those of the machine itself are everybody's. */
  Set<String> reserved() {
    String host = host();
    return isOfTheMachineItself(host) ? Set.of() : Set.of(host);
  }

  private ServerIdentity readOfAnyDate(EdgeSettings.Tls files) {
    PemPair pair = PemPair.readOfAnyDate(files.certificate(), files.key());
    PemPair.wrongDates(files.certificate(), pair.certificate(), clock.instant())
        .ifPresent(why -> {
          complaint = why;
          LOG.warn(
              "{}; until then clients and edges refuse this door; the file is read again when it"
                  + " changes",
              why);
        });
    return show(pair);
  }

  private ServerIdentity read(EdgeSettings.Tls files) {
    return show(PemPair.read(files.certificate(), files.key(), clock));
  }

  private ServerIdentity show(PemPair pair) {
    shown = Optional.of(pair);
    return new ServerIdentity(
        new String(pair.chain(), StandardCharsets.US_ASCII),
        new Secret(new String(pair.key(), StandardCharsets.US_ASCII)));
  }

  private ServerIdentity issue() {
    Set<String> names = new LinkedHashSet<>();
    names.add(host());
    names.addAll(ALWAYS);
    IssuedPair pair = authority.issueServer(List.copyOf(names), LIFE);
    renewAt = clock.instant().plus(LIFE.dividedBy(2));
    return new ServerIdentity(pair.chain(), pair.key());
  }

  private String host() {
    String host = String.valueOf(listen.publicUrl().getHost());
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static boolean isOfTheMachineItself(String host) {
    try {
      return InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException _) {
      return host.equals("localhost") || host.endsWith(".localhost");
    }
  }
}
