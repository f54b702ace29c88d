package dev.entrepot.control.policy;

import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.control.store.ControlStore;
import dev.entrepot.control.store.ControlStore.Change;
import dev.entrepot.control.store.ControlStore.Table;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The document that edges live by, made anew whenever its content changes, and once at each start.
 *
 * <p>A version is greater than every one before and never less than the milliseconds since the
 * epoch, so that it is greater than what edges have seen even when an older state was restored. It
 * is kept before anybody sees it. Callable from any thread; {@link #refresh} blocks.
 */
public final class Snapshots {
  private static final String VERSION = "version";

  private final ControlStore store;
  private final Sources sources;
  private final Function<Snapshot, String> signer;
  private final InstantSource clock;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private volatile Published current;

  /** Where the parts come from; each is asked at every {@link #refresh}. */
  public record Sources(
      String installation,
      Supplier<List<Snapshot.Key>> keys,
      Supplier<Snapshot.Tokens> tokens,
      Supplier<Snapshot.Revocations> revocations,
      Supplier<Snapshot.Access> access,
      Supplier<List<Snapshot.Edge>> edges,
      Supplier<List<String>> trust) {}

  /** Makes the first document of this start. Blocks. */
  public Snapshots(
      ControlStore store, Sources sources, Function<Snapshot, String> signer, InstantSource clock) {
    this.store = store;
    this.sources = sources;
    this.signer = signer;
    this.clock = clock;
    this.current = made(content(0, Instant.EPOCH));
  }

  public Published current() {
    return current;
  }

  /** Makes a new document if anything has changed; gives the current one. */
  public synchronized Published refresh() {
    Snapshot before = current.snapshot();
    Snapshot content = content(before.version(), before.issuedAt());
    if (!content.equals(before)) {
      current = made(content);
      subscriptions.forEach(it -> it.listener.accept(current));
    }
    return current;
  }

  /**
   * Hands over the current document now and each new one as it is made, in order.
   *
   * @param listener must neither block nor throw
   * @return ends it
   */
  public synchronized Runnable subscribe(Consumer<Published> listener) {
    Subscription own = new Subscription(listener);
    listener.accept(current);
    subscriptions.add(own);
    return () -> subscriptions.remove(own);
  }

  private Snapshot content(long version, Instant issuedAt) {
    return new Snapshot(
        sources.installation(),
        version,
        issuedAt,
        sources.keys().get(),
        sources.tokens().get(),
        sources.revocations().get(),
        sources.access().get(),
        sources.edges().get(),
        sources.trust().get());
  }

  private Published made(Snapshot content) {
    Instant now = clock.instant();
    long version = Math.max(lastVersion() + 1, now.toEpochMilli());
    Snapshot snapshot =
        new Snapshot(
            content.installation(),
            version,
            Instant.ofEpochSecond(now.getEpochSecond()),
            content.keys(),
            content.tokens(),
            content.revocations(),
            content.access(),
            content.edges(),
            content.trust());
    String text = signer.apply(snapshot);
    byte[] kept = Long.toString(version).getBytes(StandardCharsets.US_ASCII);
    store.write(List.of(new Change.Put(Table.SNAPSHOTS, VERSION, kept)));
    return new Published(snapshot, text, (text + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  private long lastVersion() {
    return store
        .get(Table.SNAPSHOTS, VERSION)
        .map(it -> Long.parseLong(new String(it, StandardCharsets.US_ASCII)))
        .orElse(0L);
  }

  /** Equal to itself alone: who subscribes twice is two. */
  private static final class Subscription {
    private final Consumer<Published> listener;

    Subscription(Consumer<Published> listener) {
      this.listener = listener;
    }
  }
}
