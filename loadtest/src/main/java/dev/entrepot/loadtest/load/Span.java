package dev.entrepot.loadtest.load;

/** What is timed. */
public enum Span {
  /** A whole pull that came right; at a rate from when it was due, else from when it began. */
  PULL("pull"),
  /** One manifest, from asking until its last byte, tokens and redirects included. */
  MANIFEST("manifest"),
  /** One blob, likewise. */
  BLOB("blob"),
  /** One blob until its first byte. */
  BLOB_FIRST_BYTE("blob first byte");

  private final String label;

  Span(String label) {
    this.label = label;
  }

  /** The name in tables and JSON. */
  public String label() {
    return label;
  }
}
