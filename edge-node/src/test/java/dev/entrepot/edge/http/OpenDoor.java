package dev.entrepot.edge.http;

import dev.entrepot.common.net.Cidr;
import dev.entrepot.edge.access.ClientAddress;
import dev.entrepot.edge.access.PolicyGate;
import dev.entrepot.edge.access.TokenVerifier;
import dev.entrepot.edge.access.TrustedNetworks;
import dev.entrepot.edge.policy.PolicySource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** A real server on loopback with the rooms behind it faked. */
final class OpenDoor implements AutoCloseable {
  static final UpstreamNames NAMES =
      new UpstreamNames() {
        private final Map<String, String> known =
            Map.of(
                "docker.io", "docker.io",
                "registry-1.docker.io", "docker.io",
                "quay.io", "quay.io",
                "local:5001", "local:5001");

        @Override
        public Optional<String> canonical(String nameOrAlias) {
          return Optional.ofNullable(known.get(nameOrAlias));
        }

        @Override
        public String defaultName() {
          return "docker.io";
        }

        @Override
        public boolean needsLibrary(String canonical) {
          return canonical.equals("docker.io");
        }
      };

  final Vertx vertx = Vertx.vertx();
  final FakeRooms rooms = new FakeRooms();
  final Queue<Answered> answered = new ConcurrentLinkedQueue<>();
  final RegistryServer server;
  final int port;
  private final HttpClient client = HttpClient.newHttpClient();

  volatile boolean publicToAll = true;

  OpenDoor() {
    this(DoorLimits.DEFAULT, DoorTimeouts.DEFAULT, List.of("127.0.0.0/8"), _ -> false);
  }

  OpenDoor(
      DoorLimits limits,
      DoorTimeouts timeouts,
      List<String> trusted,
      Predicate<InetAddress> proxies) {
    this(limits, timeouts, trusted, proxies, PolicySource.none());
  }

  /** A door that asks for tokens as well. */
  OpenDoor(PolicySource policies) {
    this(DoorLimits.DEFAULT, DoorTimeouts.DEFAULT, List.of("10.0.0.0/8"), _ -> false, policies);
  }

  private OpenDoor(
      DoorLimits limits,
      DoorTimeouts timeouts,
      List<String> trusted,
      Predicate<InetAddress> proxies,
      PolicySource policies) {
    RegistryDoor door =
        new RegistryDoor(
            NAMES,
            new ClientAddress(proxies),
            new PolicyGate(
                new TrustedNetworks(trusted.stream().map(Cidr::parse).toList(), Set.of()),
                policies,
                new TokenVerifier(vertx, InstantSource.system()),
                _ -> Future.succeededFuture(publicToAll),
                false),
            rooms,
            rooms,
            limits,
            timeouts,
            Optional.empty(),
            List.of(answered::add, new AccessLog()));
    server = new RegistryServer(vertx, door, limits, timeouts, proxies);
    port = await(server.listen(List.of(Listener.plain("127.0.0.1", 0)), 2)).getFirst();
  }

  HttpResponse<byte[]> get(String target, String... headers) {
    return send("GET", target, headers);
  }

  HttpResponse<byte[]> send(String method, String target, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
            .version(HttpClient.Version.HTTP_1_1)
            .timeout(Duration.ofSeconds(10))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  Socket socket(String text) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(10_000);
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    return socket;
  }

  static <T> T await(Future<T> future) {
    try {
      return future.await(10, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  static boolean eventually(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    return condition.getAsBoolean();
  }

  @Override
  public void close() {
    client.close();
    await(vertx.close());
  }
}
