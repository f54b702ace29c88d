/**
 * The token service: who asks, what they may, and a token that says so.
 *
 * <p>May import {@code common}; signs through {@link dev.entrepot.control.tokens.TokenSigner}.
 */
@NullMarked
package dev.entrepot.control.tokens;

import org.jspecify.annotations.NullMarked;
