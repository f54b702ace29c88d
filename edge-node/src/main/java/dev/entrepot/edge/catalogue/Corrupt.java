package dev.entrepot.edge.catalogue;

import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A record that cannot be read is a miss, and a line in the log. */
final class Corrupt {
  private static final Logger LOG = LoggerFactory.getLogger(Corrupt.class);

  private Corrupt() {}

  /** The same reading, with an empty answer for what is corrupt. */
  static <T> Function<byte[], Optional<T>> asAbsent(Function<byte[], T> decode) {
    return value -> {
      try {
        return Optional.of(decode.apply(value));
      } catch (CorruptRecordException e) {
        LOG.warn(
            "a record of the catalogue is unreadable and counts as absent: {}", e.getMessage());
        return Optional.empty();
      }
    };
  }
}
