package dev.entrepot.edge.cluster;

/**
 * Is told how the cluster and its hints fare, for meters. Called from any thread; must not block.
 */
public interface ClusterObserver {

  /** How asking for a hint ended. */
  enum Outcome {
    FOUND,
    NONE,
    LATE,
    /** Not asked: the cluster is not there, does not answer, or too many wait. */
    SKIPPED,
    /** No edge with this cluster's secret has said that; it counts as absent. */
    FORGED,
    /** Said by an edge, but its time is over. */
    EXPIRED
  }

  /** There are so many edges now, this one among them. */
  void members(int now);

  void asked(Site.Kind kind, Outcome outcome);

  /** Something was not told to the others: too much, too many, or nobody there. */
  void untold(Site.Kind kind);

  /** Hears nothing. */
  ClusterObserver NONE =
      new ClusterObserver() {
        @Override
        public void members(int now) {}

        @Override
        public void asked(Site.Kind kind, Outcome outcome) {}

        @Override
        public void untold(Site.Kind kind) {}
      };
}
