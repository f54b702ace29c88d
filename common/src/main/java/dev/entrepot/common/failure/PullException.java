package dev.entrepot.common.failure;

/** Carries a {@link Failure} through a future. Has no stack trace: it is an outcome, not a bug. */
public final class PullException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;
  private final boolean hearsay;

  public PullException(Failure failure) {
    this(failure, false);
  }

  /**
   * @param hearsay whether it was not the upstream that said so just now, but somebody who
   *     remembers that it did: to remember it anew would double its time
   */
  public PullException(Failure failure, boolean hearsay) {
    super(failure.toString(), causeOf(failure), false, false);
    this.failure = failure;
    this.hearsay = hearsay;
  }

  /** Whether a throwable carries what somebody else remembers. */
  public static boolean isHearsay(Throwable cause) {
    return cause instanceof PullException ours && ours.hearsay;
  }

  /** What happened. */
  public Failure failure() {
    return failure;
  }

  /**
   * The failure that a throwable stands for; {@link Failure.Unforeseen} for one that is not ours.
   */
  public static Failure failureOf(Throwable cause) {
    return cause instanceof PullException ours ? ours.failure : new Failure.Unforeseen(cause);
  }

  private static @org.jspecify.annotations.Nullable Throwable causeOf(Failure failure) {
    return failure instanceof Failure.Unforeseen(Throwable cause) ? cause : null;
  }
}
