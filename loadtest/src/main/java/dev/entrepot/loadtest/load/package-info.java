/**
 * The load tool: clients that pull from any OCI registry, hash every byte, and say how it went.
 *
 * <p>Reading order: {@link Target} is what is pulled from and {@link ImageName} what; {@link
 * PullPlan} and {@link HerdPlan} say how; {@link PullLoad}, {@link HerdLoad} and {@link Comparison}
 * do it with a {@link Crew} of clients, each a {@link Puller} over one {@code http.Session}; {@link
 * Tally} counts while it goes on, {@link Figures} are the end of it. One platform thread for each
 * client, so that the kernel shares the processors fairly among them. May import {@code common},
 * the JDK and HdrHistogram; prints nothing itself.
 */
@NullMarked
package dev.entrepot.loadtest.load;

import org.jspecify.annotations.NullMarked;
