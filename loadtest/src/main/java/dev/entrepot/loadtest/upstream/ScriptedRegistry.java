package dev.entrepot.loadtest.upstream;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/**
 * A registry on the loopback address, for tests and load runs: serves its {@link Contents} over
 * HTTP/1.1, lets its {@link Faults} happen, and keeps a {@link Journal}.
 *
 * {@snippet :
 * try (ScriptedRegistry registry = ScriptedRegistry.start()) {
 *   Image image = registry.contents().image("library/alpine", "3.20", 200 << 20);
 *   Digest layer = image.layers().getFirst().digest();
 *   Rule rule = registry.faults().on(Match.blob(layer).nth(1), Fault.resetAfter(1 << 20));
 *   // … pull from registry.uri() …
 *   registry.journal().bodyBytes(layer);
 *   registry.heal();
 * }
 * }
 */
public final class ScriptedRegistry implements AutoCloseable {
  private final Contents contents;
  private final Tokens tokens;
  private final Storage storage;
  private final Faults faults = new Faults();
  private final Journal journal;
  private final AtomicLong bandwidth = new AtomicLong();
  private final AtomicLong bandwidthEach = new AtomicLong();
  private final Pacer pacer = new Pacer(bandwidth::get);
  private final Listener registryListener;
  private final Listener storageListener;
  private final String scheme;
  private volatile Auth auth;

  private ScriptedRegistry(Settings settings, Auth auth, Optional<SSLContext> tls) {
    this.auth = auth;
    this.scheme = tls.isPresent() ? "https" : "http";
    this.contents = new Contents(settings.heldBytes());
    this.journal = new Journal(settings.journalEntries());
    this.tokens = new Tokens(this::auth, () -> uri().resolve("/token"), settings.tokens());
    this.storage = new Storage(contents, () -> uri(Side.STORAGE));
    Origin origin = new Origin(contents, new Guard(this::auth, tokens), tokens, storage);
    Service service = new Service(settings, origin, faults, journal, pacer, bandwidthEach::get);
    AtomicLong numbers = new AtomicLong();
    ServerSocketFactory sockets = sockets(tls);
    this.registryListener = new Listener(Side.REGISTRY, sockets, service, numbers);
    this.storageListener = new Listener(Side.STORAGE, sockets, service, numbers);
  }

  /** An open registry with default settings, listening. */
  public static ScriptedRegistry start() {
    return start(Auth.open());
  }

  /** A registry with that authentication and default settings, listening. */
  public static ScriptedRegistry start(Auth auth) {
    return start(Settings.defaults(), auth);
  }

  /** A registry with those settings and that authentication, listening. */
  public static ScriptedRegistry start(Settings settings, Auth auth) {
    return start(new ScriptedRegistry(settings, auth, Optional.empty()));
  }

  /** A registry whose two listeners speak TLS with what the context holds, listening. */
  public static ScriptedRegistry startTls(Settings settings, Auth auth, SSLContext tls) {
    return start(new ScriptedRegistry(settings, auth, Optional.of(tls)));
  }

  private static ScriptedRegistry start(ScriptedRegistry registry) {
    registry.acceptConnections();
    return registry;
  }

  private static ServerSocketFactory sockets(Optional<SSLContext> tls) {
    return tls.<ServerSocketFactory>map(SSLContext::getServerSocketFactory)
        .orElseGet(ServerSocketFactory::getDefault);
  }

  /** Where the registry listens, such as {@code http://127.0.0.1:41234}. */
  public URI uri() {
    return uri(Side.REGISTRY);
  }

  /** Where that listener listens. */
  public URI uri(Side side) {
    return URI.create(scheme + "://127.0.0.1:" + listener(side).port());
  }

  /** The registry's port; the same as long as this object lives. */
  public int port() {
    return registryListener.port();
  }

  /** What it serves. */
  public Contents contents() {
    return contents;
  }

  /** What goes wrong. */
  public Faults faults() {
    return faults;
  }

  /** What was asked. */
  public Journal journal() {
    return journal;
  }

  /** Its token service. */
  public Tokens tokens() {
    return tokens;
  }

  /** Where blobs can be redirected to. */
  public Storage storage() {
    return storage;
  }

  /** Changes who may read, from the next request on. */
  public void auth(Auth other) {
    auth = other;
  }

  /** Sends no more body bytes a second than this over all connections together; 0 is no limit. */
  public void bandwidth(long bytesPerSecond) {
    bandwidth.set(bytesPerSecond);
    pacer.rateChanged();
  }

  /** Sends no more body bytes a second than this over each connection; 0 is no limit. */
  public void bandwidthPerConnection(long bytesPerSecond) {
    bandwidthEach.set(bytesPerSecond);
  }

  /** Closes that listener and all its connections, as if its process had died. */
  public void refuseConnections(Side side) {
    listener(side).close();
  }

  /** Closes both listeners and all connections. */
  public void refuseConnections() {
    refuseConnections(Side.REGISTRY);
    refuseConnections(Side.STORAGE);
  }

  /**
   * Listens again, on the same ports; does nothing where it already does.
   *
   * @throws java.io.UncheckedIOException when somebody else has taken a port and keeps it
   */
  public void acceptConnections() {
    registryListener.open();
    storageListener.open();
  }

  /** How many connections to that listener are open. */
  public int openConnections(Side side) {
    return listener(side).openConnections();
  }

  /** How many connections that listener has accepted so far. */
  public long acceptedConnections(Side side) {
    return listener(side).acceptedConnections();
  }

  /** Ends all that is wrong: rules, what waits on them, bandwidth limits, closed listeners. */
  public void heal() {
    faults.clear();
    bandwidthPerConnection(0);
    bandwidth(0);
    acceptConnections();
  }

  /** Stops, ending all connections. */
  @Override
  public void close() {
    faults.clear();
    refuseConnections();
    bandwidth(0);
    Await.holds(() -> openConnections(Side.REGISTRY) == 0, Duration.ofSeconds(2));
    Await.holds(() -> openConnections(Side.STORAGE) == 0, Duration.ofSeconds(2));
  }

  private Auth auth() {
    return auth;
  }

  private Listener listener(Side side) {
    return side == Side.REGISTRY ? registryListener : storageListener;
  }
}
