package dev.entrepot.loadtest.upstream;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One accepted connection: request after request until either side has enough. */
final class Connection {
  private final Socket socket;
  private final Side side;
  private final long number;
  private final Service service;

  Connection(Socket socket, Side side, long number, Service service) {
    this.socket = socket;
    this.side = side;
    this.number = number;
    this.service = service;
  }

  /** Serves until the connection ends, at the latest when its lifetime does. */
  void serve() {
    Thread reaper = Thread.ofVirtual().start(() -> closeAfter(service.settings().lifetime()));
    try (socket) {
      converse();
    } catch (IOException _) {
      // The client went away, was silent for too long, or the script closed the connection.
    } finally {
      reaper.interrupt();
    }
  }

  /** Ends the connection from outside. */
  void close() {
    try {
      socket.close();
    } catch (IOException _) {
      // It is gone either way.
    }
  }

  private void converse() throws IOException {
    socket.setTcpNoDelay(true);
    int idle = (int) service.settings().idle().toMillis();
    RequestReader reader = new RequestReader(socket, side, number, idle);
    Wire wire = new Wire(socket, reader);
    Pacer own = new Pacer(service.perConnection());
    List<Pacer> pacers = Stream.of(own, service.bandwidth()).toList();
    boolean open = true;
    while (open) {
      Optional<Request> request = reader.next();
      open = request.isPresent() && answer(request.get(), wire, pacers);
    }
  }

  private boolean answer(Request request, Wire wire, List<Pacer> pacers) throws IOException {
    Recording recording = service.journal().begin(request);
    try {
      Plan plan = service.faults().planFor(request);
      return new Exchange(service.origin(), wire, recording, plan, pacers).serve(request);
    } finally {
      recording.ended();
    }
  }

  private void closeAfter(Duration lifetime) {
    try {
      Thread.sleep(lifetime);
      close();
    } catch (InterruptedException _) {
      // The connection ended in time.
    }
  }
}
