/**
 * Certificates and keys in PEM files, checked before anything is served with them.
 *
 * <p>Reading order: {@link dev.entrepot.common.tls.PemPair} is what a door serves; {@link
 * dev.entrepot.common.tls.Pem} is the text, {@link dev.entrepot.common.tls.PrivateFiles} how it
 * gets to disk. May import {@code config} for its refusals.
 */
@NullMarked
package dev.entrepot.common.tls;

import org.jspecify.annotations.NullMarked;
