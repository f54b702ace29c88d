package dev.entrepot.control.keys;

import dev.entrepot.common.config.Durations;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.common.wire.SnapshotCodec;
import dev.entrepot.control.keys.SigningKey.State;
import dev.entrepot.control.store.ControlStore;
import dev.entrepot.control.store.ControlStore.Change;
import dev.entrepot.control.store.ControlStore.Table;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The keys that sign access tokens: one signs, some are known to edges before they do, some have
 * ceased to sign but their tokens still count. Every change is kept before it has an effect, but
 * for which key signs, see {@link #rotateTo}. Callable from any thread; all but {@link #sign} and
 * {@link #forSnapshot} block.
 */
public final class SigningKeys {
  /** Bits of a key's modulus. */
  public static final int BITS = 2_048;

  /**
   * How long a key has been published before it signs, unless an operator insists: twice what an
   * edge that listens may take to know it.
   */
  public static final Duration PROPAGATION = Duration.ofSeconds(10);

  /** Keys beyond which an operator cannot rotate; a snapshot holds some more. */
  private static final int MOST_KEYS = SnapshotCodec.MAX_KEYS - 8;

  private final ControlStore store;
  private final Rules rules;
  private final InstantSource clock;
  private final SecureRandom random;
  private volatile Map<String, SigningKey> keys; // in the order in which they were made
  private volatile RsaPair signer;

  /**
   * When keys change.
   *
   * @param rotateEvery how long one signs
   * @param future how many coming ones edges know, one or more
   * @param propagation how long edges have known a key before it signs
   */
  public record Rules(Duration rotateEvery, int future, Duration propagation) {}

  private SigningKeys(
      ControlStore store,
      Rules rules,
      InstantSource clock,
      SecureRandom random,
      List<SigningKey> all) {
    this.store = store;
    this.rules = rules;
    this.clock = clock;
    this.random = random;
    this.keys = byId(all);
    this.signer = active().pair();
  }

  /** The kept keys, or new ones. Blocks; takes a second the first time. */
  public static SigningKeys open(
      ControlStore store, Rules rules, InstantSource clock, SecureRandom random) {
    List<SigningKey> kept = new ArrayList<>();
    store.all(Table.KEYS).values().forEach(json -> kept.add(SigningKey.fromJson(json)));
    if (kept.stream().noneMatch(key -> key.state() == State.ACTIVE)) {
      Instant now = clock.instant();
      SigningKey first = SigningKey.future(RsaPair.generate(BITS, random), 0, now).beginAt(now);
      store.write(List.of(put(first)));
      kept.add(first);
    }
    SigningKeys keys = new SigningKeys(store, rules, clock, random, kept);
    keys.fillUp();
    return keys;
  }

  /** A compact JWS by the key that signs now. Takes about a millisecond. */
  public String sign(String type, byte[] payload) {
    return signer.sign(type, payload);
  }

  /** What edges are told: every key whose tokens may still come, public halves alone. */
  public List<Snapshot.Key> forSnapshot() {
    return keys.values().stream()
        .map(key ->
            new Snapshot.Key(key.id(), key.pair().shown(), key.ended().map(SigningKeys::ceil)))
        .toList();
  }

  /** Edges can have these keys from now on. */
  public synchronized void told(Set<String> ids) {
    Instant now = clock.instant();
    List<SigningKey> changed =
        keys.values().stream()
            .filter(key -> ids.contains(key.id()) && key.told().isEmpty())
            .map(key -> key.toldAt(now))
            .toList();
    change(changed, List.of());
  }

  /** Changes what is due by the schedule; says whether anything did. */
  public synchronized boolean tick() {
    Instant now = clock.instant();
    List<SigningKey> over = keys.values().stream().filter(key -> key.isOver(now)).toList();
    change(List.of(), over);
    boolean due = !now.isBefore(begun(active()).plus(rules.rotateEvery()));
    Optional<SigningKey> next = due ? next(now, false) : Optional.empty();
    next.ifPresent(this::rotateTo);
    return next.isPresent() || !over.isEmpty();
  }

  /**
   * Lets the next key sign from now on.
   *
   * @param insist whether it may sign before edges have known it for the propagation time; even
   *     then not before it was published
   * @return the key's id
   * @throws Refusal when that would make edges refuse good tokens
   */
  public synchronized String rotate(boolean insist) {
    Instant now = clock.instant();
    if (keys.size() >= MOST_KEYS) {
      throw new Refusal(
          "too many retired keys still count: wait until tokens of the oldest have expired, 16"
              + " minutes at most, and rotate again");
    }
    SigningKey next = next(now, insist).orElseThrow(() -> tooEarly(insist));
    rotateTo(next);
    return next.id();
  }

  /** Every key, oldest first. */
  public List<KeyInfo> list() {
    return keys.values().stream()
        .map(key ->
            new KeyInfo(
                key.id(),
                key.state().name().toLowerCase(Locale.ROOT),
                key.made(),
                key.told(),
                key.began(),
                key.ended()))
        .toList();
  }

  /** Since when the signing key signs. */
  public Instant activeSince() {
    return begun(active());
  }

  private Optional<SigningKey> next(Instant now, boolean insist) {
    return keys.values().stream()
        .filter(key -> key.state() == State.FUTURE)
        .filter(key -> key.told().filter(told -> insist || isKnown(told, now)).isPresent())
        .findFirst();
  }

  private Refusal tooEarly(boolean insist) {
    return new Refusal(
        insist
            ? "the next key was not published yet: rotate again in a moment"
            : "edges have not known the next key for "
                + Durations.print(rules.propagation())
                + ": wait that long and rotate again, or insist with --force");
  }

  private boolean isKnown(Instant told, Instant now) {
    return !now.isBefore(told.plus(rules.propagation()));
  }

  /**
   * The next key signs before it is kept that it does: keeping may take seconds, and no token
   * counts that was issued behind the kept end of its key. Edges know both keys all along.
   *
   * <p>When keeping fails it goes on signing, and the rotation can be tried again. What failed may
   * be found kept after a restart, and what the old key had signed since would be worthless then;
   * tokens of the next key count whether or not it is found to have begun.
   */
  private void rotateTo(SigningKey next) {
    signer = next.pair();
    Instant now = clock.instant(); // behind the switch, so no token of the old key is younger
    change(List.of(active().endAt(now), next.beginAt(now)), List.of());
    fillUp();
  }

  private synchronized void fillUp() {
    long coming = keys.values().stream().filter(key -> key.state() == State.FUTURE).count();
    for (long i = coming; i < rules.future(); i++) {
      long number = keys.values().stream().mapToLong(SigningKey::number).max().orElse(0) + 1;
      RsaPair pair = RsaPair.generate(BITS, random);
      change(List.of(SigningKey.future(pair, number, clock.instant())), List.of());
    }
  }

  private void change(List<SigningKey> put, List<SigningKey> gone) {
    if (put.isEmpty() && gone.isEmpty()) {
      return;
    }
    List<Change> changes = new ArrayList<>();
    Map<String, SigningKey> after = new LinkedHashMap<>(keys);
    for (SigningKey key : put) {
      changes.add(put(key));
      after.put(key.id(), key);
    }
    for (SigningKey key : gone) {
      changes.add(new Change.Delete(Table.KEYS, key.id()));
      after.remove(key.id());
    }
    store.write(changes);
    keys = byId(List.copyOf(after.values()));
  }

  private static Change put(SigningKey key) {
    return new Change.Put(Table.KEYS, key.id(), key.toJson());
  }

  private static Map<String, SigningKey> byId(List<SigningKey> all) {
    Map<String, SigningKey> byId = new LinkedHashMap<>();
    all.stream()
        .sorted(Comparator.comparingLong(SigningKey::number))
        .forEach(key -> byId.put(key.id(), key));
    return byId;
  }

  private SigningKey active() {
    return keys.values().stream()
        .filter(key -> key.state() == State.ACTIVE)
        .findFirst()
        .orElseThrow();
  }

  private static Instant begun(SigningKey key) {
    return key.began().orElse(key.made());
  }

  /** Tokens say when they were issued in whole seconds. */
  private static Instant ceil(Instant at) {
    return Instant.ofEpochSecond(at.getEpochSecond() + 1);
  }
}
