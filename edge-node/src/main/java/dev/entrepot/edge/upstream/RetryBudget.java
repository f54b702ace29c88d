package dev.entrepot.edge.upstream;

/** Retries may be a share of the requests, so that they never multiply an outage. Thread-safe. */
final class RetryBudget {
  private static final double MOST = 100;
  private static final double AT_START = 10;

  private final double share;
  private double tokens = AT_START;

  RetryBudget(double share) {
    this.share = share;
  }

  synchronized void request() {
    tokens = Math.min(MOST, tokens + share);
  }

  /** Takes one retry, if there is one. */
  synchronized boolean retry() {
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
