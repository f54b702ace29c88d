package dev.entrepot.edge.http;

/** Is told of every request. Called from many event loops; must not block. */
public interface DoorObserver {

  /** A request has been read. */
  default void began(Asking asking) {}

  /** It is over, however it ended. Called exactly once for each {@link #began}. */
  void answered(Answered answered);
}
