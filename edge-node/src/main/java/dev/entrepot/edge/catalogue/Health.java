package dev.entrepot.edge.catalogue;

/** What is known of an upstream at the moment. */
sealed interface Health {

  /** Nothing speaks against asking it. */
  record Well() implements Health {}

  /**
   * It was slow, failing or away a moment ago.
   *
   * @param probeDue whether it is time to find out if it is back
   */
  record Away(boolean probeDue) implements Health {}

  /** It throttles and has said when to come back. */
  record Busy() implements Health {}
}
