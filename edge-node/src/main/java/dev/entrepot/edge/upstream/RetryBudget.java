package dev.entrepot.edge.upstream;

/** Lets only so many retries through per request, so that retries never become the load. */
final class RetryBudget {
  private final UpstreamRetries settings;
  private double tokens;

  RetryBudget(UpstreamRetries settings) {
    this.settings = settings;
    this.tokens = settings.budgetMax();
  }

  /** A request is made that is no retry. */
  synchronized void asked() {
    tokens = Math.min(settings.budgetMax(), tokens + settings.budgetRatio());
  }

  /** Whether one more retry is allowed; takes it. */
  synchronized boolean take() {
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
