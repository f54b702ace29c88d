package dev.entrepot.common.jose;

/** Text that is no compact JWS of our profile, or whose signature does not fit. */
public final class UnreadableJwsException extends Exception {
  private static final long serialVersionUID = 1L;

  public UnreadableJwsException(String message) {
    super(message, null, false, false);
  }
}
