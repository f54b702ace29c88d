package dev.entrepot.control.store;

import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.json.UnreadableJsonException;
import dev.entrepot.control.store.ControlStore.Change;
import dev.entrepot.control.store.ControlStore.Table;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Says of a state that it came out of a backup: what happened in between is not in it, while others
 * may go by it. In whole seconds.
 *
 * @param made when the backup was made, by the clock of the control plane that is lost
 * @param at when it was restored
 */
public record Restored(Instant made, Instant at) {
  private static final String KEY = "restored";
  private static final int MOST_BYTES = 1_024;

  /** The last time that this happened to a state; empty if it never did. */
  public static Optional<Restored> of(ControlStore store) {
    return store.get(Table.META, KEY).map(Restored::decode);
  }

  /** What keeps it. */
  public Change kept() {
    byte[] value =
        JsonFields.write(Map.of("made", made.getEpochSecond(), "at", at.getEpochSecond()));
    return new Change.Put(Table.META, KEY, value);
  }

  /** Whether something of this moment may be what the state has lost. */
  public boolean lost(Instant moment) {
    return !moment.isBefore(made) && !moment.isAfter(at);
  }

  private static Restored decode(byte[] bytes) {
    try {
      JsonFields fields = JsonFields.read(bytes, MOST_BYTES);
      return new Restored(
          Instant.ofEpochSecond(fields.number("made")), Instant.ofEpochSecond(fields.number("at")));
    } catch (UnreadableJsonException e) {
      throw new IllegalStateException("the record of the last restore is damaged", e);
    }
  }
}
