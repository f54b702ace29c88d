package dev.entrepot.loadtest.load.http;

import java.io.IOException;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLException;

/** A pull that failed: what kind of trouble it was, and a sentence about this one. */
public final class PullFailed extends Exception {
  private static final long serialVersionUID = 1L;

  private final Trouble trouble;
  private final String label;

  public PullFailed(Trouble trouble, String sentence) {
    this(trouble, trouble.label(), sentence);
  }

  // Failures are counted by the million: no stack trace.
  private PullFailed(Trouble trouble, String label, String sentence) {
    super(sentence, null, false, false);
    this.trouble = trouble;
    this.label = label;
  }

  /** An answer with another status than the one that was hoped for. */
  static PullFailed status(int status, String sentence) {
    return new PullFailed(Trouble.STATUS, Trouble.STATUS.label() + "-" + status, sentence);
  }

  /** What a socket said while something was under way. */
  static PullFailed of(IOException e, String underWay) {
    Trouble trouble =
        switch (e) {
          case SocketTimeoutException _ -> Trouble.TIMEOUT;
          case SSLException _ -> Trouble.TLS;
          default -> Trouble.BROKEN_OFF;
        };
    return new PullFailed(trouble, underWay + ": " + reason(e));
  }

  /** What kind it was. */
  public Trouble trouble() {
    return trouble;
  }

  /** The kind under which it is counted, such as {@code truncated} or {@code status-404}. */
  public String label() {
    return label;
  }

  /** The sentence. */
  public String sentence() {
    String message = getMessage();
    return message == null ? label : message;
  }

  static String reason(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
