package dev.entrepot.control.fleet;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.config.ListenAddress;
import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.control.keys.Installation;
import dev.entrepot.control.keys.SigningKeys;
import dev.entrepot.control.policy.Revocations;
import dev.entrepot.control.policy.Snapshots;
import dev.entrepot.control.store.RocksControlStore;
import dev.entrepot.control.store.StateDirectory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/** A door with real state behind it; enrolment and tokens are answered by the test. */
final class FleetFixture implements AutoCloseable {
  static final ControlSettings.Limits LIMITS =
      new ControlSettings.Limits(200, 100, 4_096, Duration.ofSeconds(5));

  /** How many bodies of {@link #LIMITS} there is room for. */
  static final int BODIES = 4;

  final TestAuthority authority = new TestAuthority();
  final Set<Long> serials = ConcurrentHashMap.newKeySet();
  final Vertx vertx = Vertx.vertx();
  final RocksControlStore store;
  final Installation installation;
  final SigningKeys keys;
  final Revocations revocations;
  final Snapshots snapshots;
  final Bodies bodies = new Bodies(BODIES * (long) LIMITS.requestBytes());
  final ControlServer server;
  final int port;

  FleetFixture(Path folder, ControlSettings.Limits limits, StreamRules rules) throws Exception {
    InstantSource clock = InstantSource.system();
    SecureRandom random = new SecureRandom();
    store = new StateDirectory(folder).open();
    installation = Installation.open(store, random);
    keys =
        SigningKeys.open(
            store,
            new SigningKeys.Rules(Duration.ofDays(7), 1, SigningKeys.PROPAGATION),
            clock,
            random);
    revocations = new Revocations(store, clock);
    snapshots =
        new Snapshots(
            store,
            new Snapshots.Sources(
                installation.id(),
                keys::forSnapshot,
                () -> new Snapshot.Tokens("us", "entrepot", URI.create("https://control/token")),
                revocations::current,
                () -> Snapshot.Access.UNCHANGED,
                List::of,
                List::of),
            installation::sign,
            clock);
    server =
        new ControlServer(
            vertx,
            limits,
            rules,
            new ControlServer.Ports(
                (request, address) ->
                    request
                        .response()
                        .end(request.method() + " " + request.query() + " from " + address),
                new Enrolling(),
                snapshots,
                peer -> serials.contains(peer.getSerialNumber().longValue()),
                () -> List.of(authority.certificate()),
                bodies,
                clock));
    port = await(server.listen(ListenAddress.parse("127.0.0.1:0"), authority.server()));
  }

  static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  TestAuthority.Identity node(long serial) {
    serials.add(serial);
    return authority.issue("edge-" + serial, serial);
  }

  HttpClient client(SSLContext context) {
    return HttpClient.newBuilder().sslContext(context).version(HttpClient.Version.HTTP_1_1).build();
  }

  HttpRequest.Builder ask(String path) {
    return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path));
  }

  @Override
  public void close() {
    await(server.drain(Duration.ofSeconds(1)));
    await(vertx.close());
    store.close();
  }

  /** Says what it was given. */
  private static final class Enrolling implements EnrolmentHandler {
    @Override
    public Answer join(byte[] body, String remote) {
      return Answer.of(
          200, Map.of("got", new String(body, StandardCharsets.UTF_8), "from", remote));
    }

    @Override
    public void recall(X509Certificate peer) {}

    @Override
    public Answer renew(byte[] body, X509Certificate peer) {
      return Answer.of(200, Map.of("peer", peer.getSubjectX500Principal().getName()));
    }
  }
}
