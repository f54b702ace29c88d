package dev.entrepot.edge.policy.enrol;

import dev.entrepot.common.wire.NodeCredentials;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;

/**
 * Who this edge is: what its credentials directory says, proved to fit together.
 *
 * @param name as its certificate's URI names it
 * @param installation that it belongs to
 * @param control where it joined
 * @param snapshotKey that its installation's snapshots are known by
 * @param certified its certificate, which may have ended
 */
public record NodeIdentity(
    String name,
    String installation,
    URI control,
    RSAPublicKey snapshotKey,
    X509Certificate certified,
    NodeCredentials files) {

  /** PKCS#8 PEM. */
  public Path key() {
    return files.key();
  }

  /** The certificate and the chain to the authority, PEM. */
  public Path certificate() {
    return files.certificate();
  }

  /** The last good snapshot, signed; the node goes by it when it starts. */
  public Path snapshot() {
    return files.directory().resolve("snapshot.jws");
  }

  /** The authorities that others' certificates may lead to, PEM. */
  public Path authorities() {
    return files.authorities();
  }
}
