package dev.entrepot.loadtest.load;

/** Which part of an image a pull consists of. */
public enum What {
  /** The manifest by its name, the platform's manifest if that was an index, and all blobs. */
  IMAGE,
  /** The manifests alone. */
  MANIFEST,
  /** The blobs alone; the manifests are read once, before the clock starts. */
  BLOBS
}
