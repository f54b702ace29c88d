package dev.entrepot.edge.catalogue;

import dev.entrepot.common.cache.CacheStatus;
import dev.entrepot.common.cache.CacheStatus.Detail;
import dev.entrepot.edge.origin.Via;
import org.jspecify.annotations.Nullable;

/**
 * What came of asking the upstream, or a neighbour, for a manifest.
 *
 * @param via who was asked; null when that is not known any more
 * @param stored whether it is on disk
 * @param outcome whether something was held before and had to be confirmed, or nothing was
 * @param others whether it came by a question that somebody else had asked
 */
record Kept(
    HeldManifest manifest,
    @Nullable Via via,
    boolean stored,
    CacheStatus.Outcome outcome,
    boolean others) {

  Kept(HeldManifest manifest, @Nullable Via via, boolean stored, CacheStatus.Outcome outcome) {
    this(manifest, via, stored, outcome, false);
  }

  /** The same for an asker to whom it came about otherwise. */
  Kept as(CacheStatus.Outcome other) {
    return new Kept(manifest, via, stored, other);
  }

  /** The answer to one who waited for it. */
  Catalogue.Manifest answer(boolean collapsed) {
    CacheStatus status = CacheStatus.of(outcome).stored(stored).collapsed(collapsed || others);
    if (via != null) {
      status = status.with(via == Via.PEER ? Detail.PEER : Detail.UPSTREAM);
    }
    return new Catalogue.Manifest(manifest.descriptor(), manifest.bytes(), status);
  }
}
