package dev.entrepot.common.wire;

import java.nio.file.Path;

/**
 * Where a node keeps what proves who it is: a directory that only its user can read. Written whole
 * by joining and by renewing (temporary file, sync, rename); read at start and when it changes.
 *
 * <pre>
 *   node.key          its private key, PKCS#8 PEM, EC P-256
 *   node.crt          its certificate and the chain to the authority, PEM
 *   ca.crt            the authorities that others' certificates may lead to, PEM
 *   installation.json {"installation": "…", "node": "edge-1", "control": "https://…",
 *                      "snapshotKey": {"kty":"RSA","n":…,"e":…}}
 * </pre>
 */
public record NodeCredentials(Path directory) {
  public Path key() {
    return directory.resolve("node.key");
  }

  public Path certificate() {
    return directory.resolve("node.crt");
  }

  public Path authorities() {
    return directory.resolve("ca.crt");
  }

  public Path installation() {
    return directory.resolve("installation.json");
  }
}
