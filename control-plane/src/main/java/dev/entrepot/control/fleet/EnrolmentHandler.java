package dev.entrepot.control.fleet;

import java.security.cert.X509Certificate;

/** How edges come to their certificates. May block; called on worker threads. */
public interface EnrolmentHandler {

  /**
   * Answers {@code POST /v1/join}.
   *
   * @param remote the client's address, an IP literal
   */
  Answer join(byte[] body, String remote);

  /**
   * Answers {@code POST /v1/renew}.
   *
   * @param peer a certificate whose private key the client has; nothing else about it was checked,
   *     neither who issued it nor until when
   */
  Answer renew(byte[] body, X509Certificate peer);

  /**
   * May let a certificate count that the current snapshot does not list.
   *
   * @param peer as for {@link #renew}
   */
  void recall(X509Certificate peer);
}
