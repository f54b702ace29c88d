package dev.entrepot.loadtest.upstream;

/** The two listeners: each is another host and port to a client. */
public enum Side {
  /** The registry and its token service. */
  REGISTRY,
  /** Where blobs are redirected to. */
  STORAGE
}
