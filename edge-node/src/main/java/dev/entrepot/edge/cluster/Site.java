package dev.entrepot.edge.cluster;

import io.vertx.core.Future;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The edges of this site and the hints they share. Never blocks, never fails: what cannot be had
 * within the hint limit (50 ms by default) is absent.
 */
public interface Site extends AutoCloseable {

  /** An edge that lives, as far as this one knows: its peer door's URL is what names it. */
  record Member(URI peer) {}

  /** What a hint is about; each kind is kept apart, with a bound of its own. */
  enum Kind {
    /** What a tag means, when that was confirmed. */
    TAG,
    /** A manifest's bytes by digest. */
    MANIFEST,
    /** That something is not there. */
    NEGATIVE,
    /** Which edge has come to hold a blob whole last. */
    HOLDERS,
    /** Which edge is filling a blob. */
    FILL
  }

  /** This edge itself. */
  Member self();

  /** All that live, this edge among them; only this edge when the cluster cannot be reached. */
  List<Member> members();

  /**
   * The members in the order in which they should be asked for something: rendezvous hashing (the
   * highest SHA-256 of key and member first), the same on every edge that sees the same members.
   */
  List<Member> ranking(String key);

  /** What some member has said, if it can be had now and really was said by a member. */
  Future<Optional<byte[]>> hint(Kind kind, String key);

  /** Says something to all, for at most that long. Returns at once; may be lost. */
  void tell(Kind kind, String key, byte[] value, Duration life);

  /** Takes back what was said. Returns at once; may be lost. */
  void forget(Kind kind, String key);

  @Override
  void close();

  /** A site of one edge: {@code cluster: {mode: off}}. */
  static Site alone(Member self) {
    return new Alone(self);
  }
}
