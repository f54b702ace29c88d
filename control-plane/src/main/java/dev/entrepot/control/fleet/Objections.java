package dev.entrepot.control.fleet;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log which certificate is not let in, once for each as long as it is remembered. */
final class Objections {
  private static final Logger LOG = LoggerFactory.getLogger(Objections.class);
  private static final int MOST_REMEMBERED = 10_000;

  private final Cache<BigInteger, String> said =
      Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).build();

  /** A certificate that the authority has signed is refused for that reason. */
  void say(X509Certificate peer, String objection) {
    if (said.asMap().putIfAbsent(peer.getSerialNumber(), objection) == null) {
      LOG.warn(
          "the edge with the certificate {} ({}) is not let in: {}",
          peer.getSerialNumber().toString(16),
          peer.getSubjectX500Principal().getName(),
          objection);
    }
  }
}
