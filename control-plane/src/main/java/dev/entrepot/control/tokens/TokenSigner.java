package dev.entrepot.control.tokens;

import dev.entrepot.common.wire.AccessToken;

/** Signs access tokens with the key that signs now. */
public interface TokenSigner {

  /** What tokens say as {@code iss}. */
  String issuer();

  /** The token as text, a compact JWS. May block for some milliseconds. */
  String sign(AccessToken token);
}
