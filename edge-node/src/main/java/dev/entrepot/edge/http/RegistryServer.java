package dev.entrepot.edge.http;

import dev.entrepot.common.time.Scheduler;
import dev.entrepot.edge.access.Callers;
import dev.entrepot.edge.access.Gate;
import dev.entrepot.edge.blob.Blobs;
import dev.entrepot.edge.catalogue.Catalogue;
import io.netty.channel.Channel;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The registry's doors: plain HTTP/1.1 and HTTP/2, one event loop for each core. */
public final class RegistryServer {
  private final Vertx vertx;
  private final Parts parts;
  private final Door door;
  private final PullLines pullLines;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicBoolean draining = new AtomicBoolean();
  private final AtomicReference<@Nullable Promise<Void>> quiet = new AtomicReference<>();

  /** What the doors are made of. */
  public record Parts(
      UpstreamNames upstreams,
      Gate gate,
      Callers callers,
      Catalogue catalogue,
      Blobs blobs,
      DoorLimits limits,
      Scheduler scheduler,
      DoorObserver observer) {}

  public RegistryServer(Vertx vertx, Parts parts) {
    this.vertx = vertx;
    this.parts = parts;
    this.door =
        new Door(parts.upstreams(), parts.gate(), parts.catalogue(), parts.blobs(), parts.limits());
    this.pullLines = new PullLines(parts.scheduler(), parts.limits().pullLineQuiet());
  }

  /**
   * Listens at an address. Fails when it is taken.
   *
   * @param loops on how many event loops
   * @return the port, which was chosen by the system if it was 0
   */
  public Future<Integer> listen(InetSocketAddress address, int loops) {
    AtomicInteger port = new AtomicInteger();
    return vertx
        .deployVerticle(
            () -> new Loop(address, port), new DeploymentOptions().setInstances(loops))
        .map(_ -> port.get());
  }

  /** How many requests are being answered. */
  public int running() {
    return running.get();
  }

  /** Answers end within the time; new requests on open connections are the last of theirs. */
  public Future<Void> drain(Duration most) {
    draining.set(true);
    Promise<Void> empty = Promise.promise();
    quiet.set(empty);
    if (running.get() == 0) {
      empty.tryComplete();
    }
    vertx.setTimer(Math.max(1, most.toMillis()), _ -> empty.tryComplete());
    return empty.future();
  }

  private final class Loop extends VerticleBase {
    private final InetSocketAddress address;
    private final AtomicInteger port;

    Loop(InetSocketAddress address, AtomicInteger port) {
      this.address = address;
      this.port = port;
    }

    @Override
    public Future<?> start() {
      HttpServer server = vertx.createHttpServer(options());
      server.requestHandler(RegistryServer.this::accept);
      // A negative port is one that the system chooses, and the same for all loops of a door.
      int wanted = address.getPort() == 0 ? -1 : address.getPort();
      return server
          .listen(wanted, address.getAddress().getHostAddress())
          .onSuccess(listening -> port.set(listening.actualPort()));
    }
  }

  private HttpServerOptions options() {
    DoorLimits limits = parts.limits();
    return new HttpServerOptions()
        .setMaxHeaderSize(limits.headerBytes())
        .setMaxInitialLineLength(limits.lineBytes())
        .setHandle100ContinueAutomatically(false)
        .setCompressionSupported(false)
        .setTcpNoDelay(true)
        .setTcpKeepAlive(true);
  }

  private void accept(HttpServerRequest request) {
    ConnectionGuard guard = guard(request);
    Context context = vertx.getOrCreateContext();
    InetAddress peer = peer(request);
    Pull pull =
        new Pull(
            request,
            context,
            newId(),
            parts
                .callers()
                .of(
                    peer,
                    request.headers().getAll("X-Forwarded-For"),
                    request.headers().getAll("Forwarded"),
                    request.getHeader("Authorization")),
            request.isSSL());
    running.incrementAndGet();
    if (guard != null) {
      guard.began();
    }
    if (draining.get()) {
      request.response().putHeader("Connection", "close");
    }
    AtomicBoolean over = new AtomicBoolean();
    request.response().endHandler(_ -> over(pull, guard, over));
    request
        .response()
        .exceptionHandler(_ -> {})
        .closeHandler(_ -> {
          pull.gone();
          over(pull, guard, over);
        });
    door.handle(pull);
  }

  /** Called once for each request, when its answer or its connection has ended. */
  private void over(Pull pull, @Nullable ConnectionGuard guard, AtomicBoolean already) {
    if (!already.compareAndSet(false, true)) {
      return;
    }
    if (guard != null) {
      guard.ended();
    }
    int status = pull.response().getStatusCode();
    boolean complete = pull.response().ended();
    AccessLog.write(pull, status, complete);
    pullLines.over(pull, status);
    parts
        .observer()
        .over(
            new DoorObserver.Over(
                pull.asked(),
                status,
                AccessLog.reason(pull.failure()),
                pull.status(),
                pull.nanos(),
                pull.bytes(),
                complete));
    Promise<Void> waiting = quiet.get();
    if (running.decrementAndGet() == 0 && waiting != null) {
      waiting.tryComplete();
    }
  }

  private static @Nullable ConnectionGuard guard(HttpServerRequest request) {
    if (request.connection() instanceof ConnectionBase base) {
      Channel channel = base.channel();
      return channel.attr(ConnectionGuard.KEY).get();
    }
    return null;
  }

  private static InetAddress peer(HttpServerRequest request) {
    if (request.connection() instanceof ConnectionBase base
        && base.channel().remoteAddress() instanceof InetSocketAddress socket) {
      return socket.getAddress();
    }
    throw new IllegalStateException("a connection without a socket's address");
  }

  private static String newId() {
    byte[] bytes = new byte[8];
    ThreadLocalRandom.current().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
