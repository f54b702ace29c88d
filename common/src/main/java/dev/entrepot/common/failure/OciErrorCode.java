package dev.entrepot.common.failure;

/**
 * Error codes of the distribution specification, and the two widely used ones that it lacks ({@code
 * UNAVAILABLE}, {@code UNKNOWN}), each with its usual HTTP status.
 */
public enum OciErrorCode {
  BLOB_UNKNOWN(404),
  DENIED(403),
  DIGEST_INVALID(400),
  MANIFEST_INVALID(400),
  MANIFEST_UNKNOWN(404),
  NAME_INVALID(400),
  NAME_UNKNOWN(404),
  PAGINATION_NUMBER_INVALID(400),
  RANGE_INVALID(416),
  TAG_INVALID(400),
  TOOMANYREQUESTS(429),
  UNAUTHORIZED(401),
  UNAVAILABLE(503),
  UNKNOWN(500),
  UNSUPPORTED(405);

  private final int status;

  OciErrorCode(int status) {
    this.status = status;
  }

  /** The HTTP status that goes with the code unless a failure says otherwise. */
  public int status() {
    return status;
  }
}
