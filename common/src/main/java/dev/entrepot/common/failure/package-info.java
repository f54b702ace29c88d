/**
 * Every way a pull can end without its bytes: {@link Failure}, the specification's {@link
 * OciErrorCode}, and {@link PullException}, which carries a failure through a future. Rooms never
 * mention HTTP statuses; the door alone turns a failure into an answer. May import {@code
 * common.oci}.
 */
@NullMarked
package dev.entrepot.common.failure;

import org.jspecify.annotations.NullMarked;
