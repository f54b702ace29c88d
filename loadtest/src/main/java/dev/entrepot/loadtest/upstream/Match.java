package dev.entrepot.loadtest.upstream;

import dev.entrepot.common.oci.Digest;
import java.math.BigInteger;
import java.util.function.Predicate;

/**
 * Which requests a rule is for: a predicate, then a window over the requests that pass it, then a
 * share of those.
 *
 * @param what the requests that are counted
 * @param from the first of them that is meant, counted from 1
 * @param to the last of them that is meant
 * @param share how many of these are meant, 0 to 1, chosen by {@code seed}
 */
public record Match(Predicate<Request> what, long from, long to, double share, long seed) {

  /** Every request. */
  public static Match any() {
    return when(_ -> true);
  }

  /** Requests that pass the predicate. */
  public static Match when(Predicate<Request> what) {
    return new Match(what, 1, Long.MAX_VALUE, 1, 0);
  }

  /** Requests of a kind. */
  public static Match kind(Kind kind) {
    return when(request -> request.kind() == kind);
  }

  /** Requests for this blob at the registry. */
  public static Match blob(Digest digest) {
    return kind(Kind.BLOB).digest(digest);
  }

  /** Requests for this blob where blobs are redirected to. */
  public static Match storage(Digest digest) {
    return kind(Kind.STORAGE).digest(digest);
  }

  /** Requests for a manifest by exactly this tag or digest. */
  public static Match manifest(String reference) {
    return kind(Kind.MANIFEST).and(request -> request.route().reference().equals(reference));
  }

  /** Requests whose path begins so. */
  public static Match path(String prefix) {
    return when(request -> request.path().startsWith(prefix));
  }

  /** Of these, the ones that also pass the predicate. */
  public Match and(Predicate<Request> more) {
    return new Match(what.and(more), from, to, share, seed);
  }

  /** Of these, the ones that name the digest. */
  public Match digest(Digest digest) {
    return and(request -> request.digest().filter(digest::equals).isPresent());
  }

  /** Of these, the ones for the repository. */
  public Match repository(String path) {
    return and(request -> request.route().repository().equals(path));
  }

  /** Of these, the ones with the method. */
  public Match method(String method) {
    return and(request -> request.method().equals(method));
  }

  /** Only the nth of these, counted from 1. */
  public Match nth(long n) {
    return new Match(what, n, n, share, seed);
  }

  /** Only the first of these; behind {@link #after} the first of what follows. */
  public Match first(long count) {
    return new Match(what, from, from + count - 1, share, seed);
  }

  /** Only what follows the first of these. */
  public Match after(long count) {
    return new Match(what, count + 1, Long.MAX_VALUE, share, seed);
  }

  /** Only a share of these; the same seed chooses the same ordinals. */
  public Match randomly(double part, long chosenBy) {
    return new Match(what, from, to, part, chosenBy);
  }

  /** Whether the request with that ordinal among those that pass is meant. */
  boolean means(long ordinal) {
    return ordinal >= from && ordinal <= to && (share >= 1 || draw(ordinal) < share);
  }

  private double draw(long ordinal) {
    byte[] word = new byte[8];
    new GeneratedBytes(Long.MAX_VALUE, seed).read(ordinal * 8, word, 8);
    return new BigInteger(1, word).doubleValue() / 0x1p64;
  }
}
