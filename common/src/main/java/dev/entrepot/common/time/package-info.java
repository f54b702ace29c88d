/**
 * Time as a port, so that the deciding core runs under a simulated clock: wall time is a {@link
 * java.time.InstantSource}, waiting is a {@link dev.entrepot.common.time.Scheduler}.
 */
@NullMarked
package dev.entrepot.common.time;

import org.jspecify.annotations.NullMarked;
