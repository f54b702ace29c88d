package dev.entrepot.loadtest.upstream;

/** What a request is about. */
public enum Kind {
  /** {@code /v2/}. */
  PING,
  /** {@code /v2/<name>/manifests/<reference>}. */
  MANIFEST,
  /** {@code /v2/<name>/blobs/<digest>} at the registry, which may answer with a redirect. */
  BLOB,
  /** {@code /v2/<name>/tags/list}. */
  TAGS,
  /** {@code /v2/<name>/referrers/<digest>}. */
  REFERRERS,
  /** {@code /token}. */
  TOKEN,
  /** A signed blob address at the storage listener. */
  STORAGE,
  /** Anything else. */
  OTHER
}
