package dev.entrepot.edge.http;

import dev.entrepot.common.cache.CacheStatus;
import dev.entrepot.common.oci.PullRequest;
import java.util.Optional;

/** Is told of every request that is over; for meters. */
public interface DoorObserver {
  /** Hears nothing. */
  DoorObserver NONE = over -> {};

  void over(Over request);

  /**
   * A request that is over.
   *
   * @param asked what it was for, if it could be read
   * @param reason kind of failure; {@code none} for none
   * @param nanos from its head to its end
   * @param bytes of its body that were sent
   * @param complete whether the client got all of it
   */
  record Over(
      Optional<PullRequest> asked,
      int httpStatus,
      String reason,
      Optional<CacheStatus> cache,
      long nanos,
      long bytes,
      boolean complete) {}
}
