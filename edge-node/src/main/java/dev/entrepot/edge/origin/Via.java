package dev.entrepot.edge.origin;

/** Who sends what this edge does not hold. */
public enum Via {
  /** The registry that the repository belongs to, or a mirror of it. */
  UPSTREAM,
  /** Another edge of this site. */
  PEER
}
