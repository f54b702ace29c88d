package dev.entrepot.edge.peer;

/** Is told of what comes from neighbours, for meters. Must not block. */
public interface PeerObserver {

  /** How asking a neighbour ended. */
  enum Outcome {
    /** It answered with what was asked for. */
    FOUND,
    /** It knows that there is no such thing. */
    ABSENT,
    /** It is not the one to ask, as it sees the site. */
    ELSEWHERE,
    /** No answer, or none that makes sense. */
    FAILED,
    /** It says that the upstream throttles or denies. */
    REFUSED,
    /** It has sent wrong bytes. */
    LIED
  }

  void asked(Outcome outcome);

  /** That many bytes of a body have come. */
  void received(long bytes);
}
