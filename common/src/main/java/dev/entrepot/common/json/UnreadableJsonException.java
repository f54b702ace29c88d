package dev.entrepot.common.json;

/** Bytes that are not JSON, break a limit, could be read in two ways, or lack what is needed. */
public final class UnreadableJsonException extends Exception {
  private static final long serialVersionUID = 1L;

  public UnreadableJsonException(String message) {
    super(message, null, false, false);
  }
}
