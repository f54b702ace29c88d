package dev.entrepot.edge.catalogue;

import dev.entrepot.common.cache.CacheStatus;

/**
 * What came of asking the upstream for a manifest.
 *
 * @param stored whether it is on disk
 * @param outcome whether something was held before and had to be confirmed, or nothing was
 * @param others whether it came by a question that somebody else had asked
 */
record Kept(HeldManifest manifest, boolean stored, CacheStatus.Outcome outcome, boolean others) {

  Kept(HeldManifest manifest, boolean stored, CacheStatus.Outcome outcome) {
    this(manifest, stored, outcome, false);
  }

  /** The answer to one who waited for it. */
  Catalogue.Manifest answer(boolean collapsed) {
    CacheStatus status =
        CacheStatus.of(outcome)
            .stored(stored)
            .collapsed(collapsed || others)
            .with(CacheStatus.Detail.UPSTREAM);
    return new Catalogue.Manifest(manifest.descriptor(), manifest.bytes(), status);
  }
}
