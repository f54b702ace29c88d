package dev.entrepot.control.fleet;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the operator which nodes hear no snapshots and why, once a day for each certificate: an
 * edge comes again every few seconds. Anybody can make certificates of other authorities, so those
 * are told once for each address.
 */
final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
  private static final int MOST_REMEMBERED = 10_000;

  private final Supplier<List<X509Certificate>> authorities;
  private final Cache<String, Boolean> told =
      Caffeine.newBuilder()
          .maximumSize(MOST_REMEMBERED)
          .expireAfterWrite(Duration.ofDays(1))
          .build();

  Refusals(Supplier<List<X509Certificate>> authorities) {
    this.authorities = authorities;
  }

  /**
   * A certificate was refused.
   *
   * @param objection why, with what to do
   */
  void refused(X509Certificate peer, String address, String objection) {
    boolean ours = authorities.get().stream().anyMatch(it -> isFrom(it, peer));
    String serial = peer.getSerialNumber().toString(16);
    if (told.asMap().putIfAbsent(ours ? serial : address, true) != null) {
      return;
    }
    if (ours) {
      String name = peer.getSubjectX500Principal().getName();
      LOG.warn("{} at {} (serial {}) hears no snapshots: {}", name, address, serial, objection);
    } else {
      LOG.warn(
          "an edge at {} hears no snapshots: its certificate is of another authority; remove its"
              + " credentials and join it with a join token of this control plane",
          address);
    }
  }

  private static boolean isFrom(X509Certificate authority, X509Certificate peer) {
    try {
      peer.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException _) {
      return false;
    }
  }
}
