package dev.entrepot.loadtest.upstream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/** A port on the loopback address that can be closed and opened again. */
final class Listener {
  private static final int BACKLOG = 1024;

  private final Side side;
  private final ServerSocketFactory sockets;
  private final Service service;
  private final AtomicLong numbers;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicLong accepted = new AtomicLong();
  private volatile int port;
  private volatile @Nullable ServerSocket server;
  private @Nullable Thread acceptor;

  Listener(Side side, ServerSocketFactory sockets, Service service, AtomicLong numbers) {
    this.side = side;
    this.sockets = sockets;
    this.service = service;
    this.numbers = numbers;
  }

  /** Opens the port, the same one as before if there was one; nothing if it is open. */
  synchronized void open() {
    if (server == null) {
      ServerSocket fresh = bindWithin(service.settings().rebind());
      server = fresh;
      port = fresh.getLocalPort();
      acceptor = Thread.ofVirtual().name(side + "-" + port).start(() -> accept(fresh));
    }
  }

  /** Closes the port and all its connections: who connects once this has returned is refused. */
  synchronized void close() {
    ServerSocket open = server;
    if (open != null) {
      server = null;
      closeQuietly(open);
      // A port lives on until the last accept has returned; a caller may connect at once.
      joinQuietly(acceptor);
    }
    connections.forEach(Connection::close);
  }

  int port() {
    return port;
  }

  int openConnections() {
    return connections.size();
  }

  long acceptedConnections() {
    return accepted.get();
  }

  private ServerSocket bindWithin(Duration most) {
    long deadline = System.nanoTime() + most.toNanos();
    while (true) {
      try {
        return bind();
      } catch (IOException e) {
        if (System.nanoTime() - deadline > 0) {
          throw new UncheckedIOException("port " + port + " cannot be had", e);
        }
        Await.holds(() -> false, Duration.ofMillis(20));
      }
    }
  }

  private ServerSocket bind() throws IOException {
    ServerSocket fresh = sockets.createServerSocket();
    try {
      fresh.setReuseAddress(true);
      fresh.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), BACKLOG);
      return fresh;
    } catch (IOException e) {
      closeQuietly(fresh);
      throw e;
    }
  }

  private void accept(ServerSocket from) {
    try {
      while (true) {
        welcome(from.accept());
      }
    } catch (IOException _) {
      // The port was closed.
    }
  }

  private void welcome(Socket socket) throws IOException {
    accepted.incrementAndGet();
    if (connections.size() >= service.settings().connections()) {
      socket.setSoLinger(true, 0);
      socket.close();
      return;
    }
    Connection connection = new Connection(socket, side, numbers.incrementAndGet(), service);
    connections.add(connection);
    if (isClosed()) {
      connection.close();
    }
    Thread.ofVirtual().start(() -> serve(connection));
  }

  private void serve(Connection connection) {
    try {
      connection.serve();
    } finally {
      connections.remove(connection);
    }
  }

  private boolean isClosed() {
    return server == null;
  }

  private static void joinQuietly(@Nullable Thread thread) {
    try {
      if (thread != null) {
        thread.join();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeQuietly(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // It is closed either way.
    }
  }
}
