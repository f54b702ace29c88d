package dev.entrepot.control.ca;

import java.security.interfaces.RSAPublicKey;
import java.util.Set;

/**
 * What a node is told with its certificate.
 *
 * @param installation its name, as in snapshots
 * @param snapshotKey that the node will know snapshots by
 * @param snapshot the current one, a compact JWS
 * @param controlNames the control plane's own DNS names and addresses: no node gets a certificate
 *     for them
 */
public record Facts(
    String installation, RSAPublicKey snapshotKey, String snapshot, Set<String> controlNames) {
  public Facts {
    controlNames = Set.copyOf(controlNames);
  }
}
