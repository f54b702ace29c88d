package dev.entrepot.control.policy;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.wire.AccessToken;
import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.control.store.ControlStore;
import dev.entrepot.control.store.ControlStore.Change;
import dev.entrepot.control.store.ControlStore.Table;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Tokens that no longer count. Kept before it has an effect, forgotten when no token can be left
 * that it is about. Callable from any thread; changes block.
 */
public final class Revocations {
  /** Most tokens, and most subjects, that are revoked at a time. */
  public static final int MOST = 100_000;

  /** How long after its making a token is spoken of: its longest life and what clocks are off. */
  static final Duration MEMORY = AccessToken.MAX_LIFE.plus(Duration.ofMinutes(1));

  private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,256}");
  private static final String TOKEN = "token/";
  private static final String SUBJECT = "subject/";
  private static final String ALL = "all";

  private final ControlStore store;
  private final InstantSource clock;
  private final Map<String, Instant> kept = new HashMap<>(); // by the table's keys

  public Revocations(ControlStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
    store.all(Table.REVOCATIONS).forEach((key, value) -> kept.put(key, instant(value)));
  }

  /** One token, by its {@code jti}. */
  public synchronized void token(String id) {
    // Its end is unknown here; it cannot be later than this.
    put(TOKEN + named(id, "--jti"), clock.instant().plus(AccessToken.MAX_LIFE));
  }

  /** Every token of a subject that was issued until now. */
  public synchronized void subject(String name) {
    put(SUBJECT + named(name, "--subject"), now());
  }

  /** Every token of anybody that was issued until now. */
  public synchronized void all() {
    put(ALL, now());
  }

  /** Forgets what cannot matter any more; says whether there was anything. */
  public synchronized boolean prune() {
    Instant now = clock.instant();
    List<String> over = kept.keySet().stream().filter(key -> isOver(key, now)).toList();
    if (!over.isEmpty()) {
      List<Change> changes = new ArrayList<>();
      over.forEach(key -> changes.add(new Change.Delete(Table.REVOCATIONS, key)));
      store.write(changes);
      over.forEach(kept::remove);
    }
    return !over.isEmpty();
  }

  /** What edges are told. */
  public synchronized Snapshot.Revocations current() {
    return new Snapshot.Revocations(
        under(TOKEN), under(SUBJECT), Optional.ofNullable(kept.get(ALL)));
  }

  private boolean isOver(String key, Instant now) {
    Instant at = kept.getOrDefault(key, Instant.MIN);
    Duration after = key.startsWith(TOKEN) ? MEMORY.minus(AccessToken.MAX_LIFE) : MEMORY;
    return now.isAfter(at.plus(after));
  }

  private void put(String key, Instant at) {
    String kind = key.substring(0, key.indexOf('/') + 1);
    if (!kept.containsKey(key)
        && !kind.isEmpty()
        && kept.keySet().stream().filter(it -> it.startsWith(kind)).count() >= MOST) {
      throw tooMany();
    }
    byte[] value = Long.toString(at.getEpochSecond()).getBytes(StandardCharsets.US_ASCII);
    store.write(List.of(new Change.Put(Table.REVOCATIONS, key, value)));
    kept.put(key, Instant.ofEpochSecond(at.getEpochSecond()));
  }

  private static Refusal tooMany() {
    return new Refusal(
        "there are already " + MOST + " revocations of this kind: revoke everything with --all");
  }

  private Map<String, Instant> under(String kind) {
    Map<String, Instant> under = new HashMap<>();
    kept.forEach((key, at) -> {
      if (key.startsWith(kind)) {
        under.put(key.substring(kind.length()), at);
      }
    });
    return under;
  }

  /** Tokens say when they were issued in whole seconds; those of this second are meant too. */
  private Instant now() {
    return Instant.ofEpochSecond(clock.instant().getEpochSecond() + 1);
  }

  private static String named(String name, String option) {
    if (!NAME.matcher(name).matches()) {
      throw new Refusal(
          option + " is empty, too long or not printable; give it as the token has it");
    }
    return name;
  }

  private static Instant instant(byte[] value) {
    return Instant.ofEpochSecond(Long.parseLong(new String(value, StandardCharsets.US_ASCII)));
  }
}
