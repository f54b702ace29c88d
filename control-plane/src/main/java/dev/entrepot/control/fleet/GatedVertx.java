package dev.entrepot.control.fleet;

import io.netty.bootstrap.ServerBootstrap;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.tcp.TcpHttpServer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.spi.transport.Transport;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * The same Vert.x, but every listening socket that is opened through it has a {@link Gate}: Vert.x
 * itself shows a connection only when its TLS handshake is done.
 */
final class GatedVertx extends VertxWrapper {
  private final Gate gate;

  GatedVertx(VertxInternal vertx, Gate gate) {
    super(vertx);
    this.gate = gate;
  }

  /** A server behind the gate; without TLS when there are no options for it. */
  HttpServer server(
      HttpServerOptions options,
      @Nullable ServerSSLOptions tls,
      @Nullable SSLEngineOptions engine) {
    return new TcpHttpServer(this, new HttpServerConfig(options), tls, engine, null, false);
  }

  @Override
  public Transport transport() {
    Transport transport = super.transport();
    return (Transport)
        Proxy.newProxyInstance(
            Transport.class.getClassLoader(),
            new Class<?>[] {Transport.class},
            (_, method, arguments) -> call(transport, method, arguments));
  }

  private Object call(Transport transport, Method method, Object[] arguments) throws Throwable {
    try {
      Object result = method.invoke(transport, arguments);
      if (arguments != null && arguments[arguments.length - 1] instanceof ServerBootstrap server) {
        // The handler of the listening socket itself, which Vert.x leaves free.
        var _ = server.handler(gate);
      }
      return result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
