package dev.entrepot.common.oci;

/** Bytes that are no manifest or index, or one that breaks a limit or could be read in two ways. */
public final class UnreadableManifestException extends Exception {
  private static final long serialVersionUID = 1L;

  public UnreadableManifestException(String message) {
    super(message, null, false, false);
  }
}
