/**
 * Certificates and keys in PEM files, checked before anything is served with them.
 *
 * <p>Reading order: {@link dev.entrepot.common.tls.PemPair}. May import {@code config} for its
 * refusals.
 */
@NullMarked
package dev.entrepot.common.tls;

import org.jspecify.annotations.NullMarked;
