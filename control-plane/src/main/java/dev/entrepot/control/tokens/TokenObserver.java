package dev.entrepot.control.tokens;

/**
 * Learns what becomes of requests for tokens. Called from any thread; must neither block nor throw.
 */
@FunctionalInterface
public interface TokenObserver {

  /**
   * A request was answered.
   *
   * @param outcome {@code issued}, {@code refused}, {@code throttled}, {@code other-service},
   *     {@code unreadable}, {@code busy} or {@code failed}
   */
  void answered(String outcome);
}
