package dev.entrepot.edge.policy;

/** Where snapshots come from: a stream from afar, or the control plane in this very process. */
public interface SnapshotFeed extends AutoCloseable {

  /** Begins to bring snapshots, and goes on until closed. Returns at once. */
  void start(Listener listener);

  @Override
  void close();

  /** Is told what comes, from any thread, one call at a time; must not block. */
  interface Listener {

    /** A snapshot as signed text; nothing about it is proved yet. */
    void snapshot(String signed);

    /** What was brought last is still current. */
    void confirmed();

    /** There is no connection now; the feed goes on trying. */
    void lost(String why);
  }
}
