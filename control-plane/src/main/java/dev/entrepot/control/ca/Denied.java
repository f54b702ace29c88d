package dev.entrepot.control.ca;

/** Somebody does not get a certificate. The message is one sentence that says what to do. */
final class Denied extends Exception {
  private static final long serialVersionUID = 1L;

  static final int MALFORMED = 400;
  static final int UNPROVED = 401;
  static final int FORBIDDEN = 403;
  static final int CONFLICT = 409;

  private final int status;

  Denied(int status, String sentence) {
    super(sentence, null, false, false);
    this.status = status;
  }

  /** Of HTTP. */
  int status() {
    return status;
  }
}
