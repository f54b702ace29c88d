package dev.entrepot.control.policy;

import dev.entrepot.common.wire.Snapshot;

/**
 * A snapshot and its signed text, which has no line break. The same bytes serve every reader.
 *
 * @param line the text and a line feed, as the stream sends it; never changed
 */
public record Published(Snapshot snapshot, String text, byte[] line) {
  public long version() {
    return snapshot.version();
  }
}
