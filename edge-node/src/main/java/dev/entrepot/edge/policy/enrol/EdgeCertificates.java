package dev.entrepot.edge.policy.enrol;

import dev.entrepot.edge.policy.PolicySource;
import java.security.cert.X509Certificate;
import java.util.function.Predicate;

/**
 * Tells the certificates of an installation's edges from all others that its authority may have
 * signed. The chain is proved already. Only what the snapshot lists counts; before there is one,
 * nobody does.
 */
public final class EdgeCertificates implements Predicate<X509Certificate> {
  private static final int HEXADECIMAL = 16;

  private final String prefix;
  private final PolicySource policies;

  public EdgeCertificates(String installation, PolicySource policies) {
    this.prefix = NodeNames.uri(installation, "");
    this.policies = policies;
  }

  @Override
  public boolean test(X509Certificate certificate) {
    String serial = certificate.getSerialNumber().toString(HEXADECIMAL);
    return NodeNames.uris(certificate).stream()
        .filter(it -> it.startsWith(prefix))
        .map(it -> it.substring(prefix.length()))
        .anyMatch(node -> policies.current().map(it -> it.knows(node, serial)).orElse(false));
  }
}
