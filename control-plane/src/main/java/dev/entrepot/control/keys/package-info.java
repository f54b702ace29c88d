/**
 * The installation's own keys: those that sign access tokens, in turn, and the one that signs
 * snapshots.
 *
 * <p>Reading order: {@link dev.entrepot.control.keys.Installation} is made once; {@link
 * dev.entrepot.control.keys.SigningKeys} holds the token keys, {@link
 * dev.entrepot.control.keys.SigningKey} is one of them on its way from future over active to
 * retired. Private keys never leave this room. May import {@code common} and {@code store}.
 */
@NullMarked
package dev.entrepot.control.keys;

import org.jspecify.annotations.NullMarked;
