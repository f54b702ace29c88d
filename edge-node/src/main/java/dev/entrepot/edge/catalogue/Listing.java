package dev.entrepot.edge.catalogue;

import java.time.Instant;

/**
 * A list as the upstream last gave it: the tags of a repository, one to a line, or an index of
 * referrers.
 *
 * @param confirmedAt when that answer was asked for
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Listing(Instant confirmedAt, byte[] body) {}
