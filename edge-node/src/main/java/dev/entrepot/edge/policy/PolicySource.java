package dev.entrepot.edge.policy;

import java.util.Optional;

/** What this edge goes by now. Answers at once, from any thread. */
public interface PolicySource {

  /** The last good policy; empty if there was never one. */
  Optional<Policy> current();

  /**
   * Whether a control plane decides here and has never been heard: until it is, nobody knows whom
   * it shuts out, and so nothing may be opened.
   */
  boolean isAwaited();

  /** Whether the policy was confirmed lately enough to open private content. */
  boolean isFresh();

  /** No control plane speaks to this edge. */
  static PolicySource none() {
    return new PolicySource() {
      @Override
      public Optional<Policy> current() {
        return Optional.empty();
      }

      @Override
      public boolean isAwaited() {
        return false;
      }

      @Override
      public boolean isFresh() {
        return false;
      }
    };
  }
}
