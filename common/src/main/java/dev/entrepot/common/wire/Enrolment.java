package dev.entrepot.common.wire;

import java.util.regex.Pattern;

/**
 * How an edge and the control plane speak over HTTPS. JSON bodies; every answer of a failure is
 * {@code {"error": "one sentence"}} with a fitting status.
 *
 * <pre>
 *   POST /v1/join        {"token": id, "csr": PEM, "mac": base64url(HMAC-SHA256(SHA-256(secret), DER of the csr))}
 *                        once for each use of a join token; the client checks the CA pin before it sends anything
 *   POST /v1/renew       {"csr": PEM}            with the node's certificate
 *        both answer     {"node": name, "certificate": PEM chain, "authorities": PEM, "installation": id,
 *                         "snapshotKey": JWK, "snapshot": compact JWS}
 *   GET  /v1/snapshots   with the node's certificate: text/plain that never ends, one compact JWS a line,
 *                        the current one first; an empty line every few seconds says "still current"
 * </pre>
 *
 * A join token is {@code id.secret}: six and forty-three characters. A CA pin is {@code sha256:}
 * and the hexadecimal SHA-256 of the authority's SubjectPublicKeyInfo.
 */
public final class Enrolment {
  public static final String JOIN = "/v1/join";
  public static final String RENEW = "/v1/renew";
  public static final String SNAPSHOTS = "/v1/snapshots";

  /**
   * The scheme of the URI in a node's certificate: {@code entrepot://<installation>/edge/<name>}.
   */
  public static final String URI_SCHEME = "entrepot";

  public static final Pattern TOKEN = Pattern.compile("[a-z0-9]{6}\\.[A-Za-z0-9_-]{43}");
  public static final Pattern PIN = Pattern.compile("sha256:[0-9a-f]{64}");

  private Enrolment() {}
}
