package dev.entrepot.loadtest.load.http;

/** Every way in which a pull can fail. */
public enum Trouble {
  /** No connection: the address is unknown, refused, or did not answer in time. */
  CONNECT("connect"),
  /** The TLS handshake failed, or the certificate is not trusted. */
  TLS("tls"),
  /** Nothing arrived for as long as the read timeout. */
  TIMEOUT("timeout"),
  /** The connection ended before or within an answer's head, or was reset. */
  BROKEN_OFF("broken-off"),
  /** The body ended before the length that was promised, or before its last chunk. */
  TRUNCATED("truncated"),
  /** The bytes are not those of the digest. */
  WRONG_HASH("wrong-hash"),
  /** Another status than 200; the label has the status as well. */
  STATUS("status"),
  /** A 401 that could not be answered, or whose answer was refused. */
  UNAUTHORIZED("unauthorized"),
  /** A redirect that leads nowhere, or too many of them. */
  REDIRECT("redirect"),
  /** An answer that is not HTTP/1.1. */
  NOT_HTTP("not-http"),
  /** A manifest or index that cannot be read, or has nothing for the platform. */
  UNREADABLE_MANIFEST("unreadable-manifest"),
  /** The load ended, with its grace, while the pull was under way. */
  UNFINISHED("unfinished");

  private final String label;

  Trouble(String label) {
    this.label = label;
  }

  /** The name in tables and JSON. */
  public String label() {
    return label;
  }
}
