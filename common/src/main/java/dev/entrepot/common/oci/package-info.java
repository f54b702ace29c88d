/**
 * The vocabulary of the OCI distribution specification.
 *
 * <p>Reading order: {@link Digest} and {@link Tag} are the two kinds of {@link Reference}; a {@link
 * Repository} is a path at one upstream; a {@link Descriptor} says what bytes to expect; a {@link
 * PullRequest} is one thing a client can ask for, with an {@link AskedRange} that becomes a {@link
 * ByteRange} once the size is known. Everything here is immutable and already valid. May import
 * nothing of the product.
 */
@NullMarked
package dev.entrepot.common.oci;

import org.jspecify.annotations.NullMarked;
