package dev.entrepot.edge.upstream;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How an upstream is, without asking it.
 *
 * @param open whether the circuits of all its urls are open: an ask would fail at once
 * @param busyUntil until when its first url has told us to stay away with manifests
 * @param quotaRemaining pulls left, as it last said
 */
public record UpstreamHealth(
    boolean open, Optional<Instant> busyUntil, OptionalLong quotaRemaining) {}
