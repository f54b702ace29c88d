package dev.entrepot.common.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a control plane decides: who its users are, what they may pull, how tokens are made.
 *
 * @param htpasswd users with bcrypt hashes; read again when it changes
 */
public record Decisions(
    Optional<Path> htpasswd, Tokens tokens, Keys keys, Attempts attempts, Access access) {

  /**
   * What tokens say.
   *
   * @param issuer {@code iss}; absent: made from the installation's name
   * @param service {@code aud}, and {@code service} in challenges
   * @param lifetime 1 to 15 minutes
   * @param defaultUpstream of scopes that name none
   */
  public record Tokens(
      Optional<String> issuer, String service, Duration lifetime, String defaultUpstream) {}

  /**
   * When signing keys change.
   *
   * @param future how many coming keys edges know beforehand
   */
  public record Keys(Duration rotateEvery, int future) {}

  /** Wrong passwords that are borne with, for each account and for each address, in a window. */
  public record Attempts(int perAccount, int perAddress, Duration window) {}

  /**
   * Who may pull what.
   *
   * @param trustedNetworks if present, edges trust nobody outside of these
   * @param denied repositories that nobody may pull, as patterns {@code <upstream>/<path>}
   */
  public record Access(
      List<Rule> rules,
      Optional<List<String>> trustedNetworks,
      List<String> denied,
      Duration maxStaleness) {}

  /**
   * Lets users pull repositories; rules add up.
   *
   * @param users names; {@code *} is everyone who has shown a password, {@code anonymous} everyone
   * @param repositories patterns {@code <upstream>/<path>}: {@code *} within a part, {@code **}
   *     across
   * @param publicOnly whether it counts only while the upstream shows the repository to everyone
   */
  public record Rule(List<String> users, List<String> repositories, boolean publicOnly) {}
}
