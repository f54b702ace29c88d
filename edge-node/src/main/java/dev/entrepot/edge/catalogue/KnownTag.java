package dev.entrepot.edge.catalogue;

import dev.entrepot.common.oci.Digest;
import java.time.Instant;

/**
 * What a tag meant when the upstream last said so.
 *
 * @param confirmedAt when that answer was asked for
 * @param withheld whether the upstream has refused the tag since then: not to be served until it
 *     confirms the tag again
 * @param usedOn the day, counted from the epoch, on which somebody last asked for it
 */
record KnownTag(Digest digest, Instant confirmedAt, boolean withheld, long usedOn) {

  /** The same tag, confirmed anew. */
  KnownTag confirmed(Instant at) {
    return new KnownTag(digest, at, false, usedOn);
  }

  /** The same tag, refused by the upstream. */
  KnownTag refused() {
    return new KnownTag(digest, confirmedAt, true, usedOn);
  }
}
