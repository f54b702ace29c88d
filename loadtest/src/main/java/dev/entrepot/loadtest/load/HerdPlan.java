package dev.entrepot.loadtest.load;

import dev.entrepot.common.oci.Digest;
import java.time.Duration;

/**
 * A herd: all clients ask for the same thing at once.
 *
 * @param most how long they may take; what is under way then is broken off
 */
public record HerdPlan(int clients, Quarry quarry, Duration most) {

  /** What they are after. */
  public sealed interface Quarry {}

  /** One blob of a repository. */
  public record Blob(String repository, Digest digest) implements Quarry {}

  /** A whole image. */
  public record Image(ImageName name, Platform platform) implements Quarry {}
}
