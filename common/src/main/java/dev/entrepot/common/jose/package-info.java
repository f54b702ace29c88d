/**
 * Signed documents and tokens as they travel (RFC 7515, RFC 7519): how they are written, and the
 * one strict way in which they are read.
 *
 * <p>Reading order: {@link dev.entrepot.common.jose.CompactJws} is three segments, read or made;
 * {@link dev.entrepot.common.jose.RsaKeys} are public keys as JWK (RFC 7517). May import {@code
 * json}.
 */
@NullMarked
package dev.entrepot.common.jose;

import org.jspecify.annotations.NullMarked;
