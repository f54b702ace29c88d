package dev.entrepot.loadtest.upstream;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** The sending side of one connection. */
final class Wire {
  /** Longer than any connection lives: its lifetime ends the wait. */
  static final Duration UNBOUNDED = Duration.ofDays(1);

  /** How late a release may be noticed; many may wait at once, so looking must be cheap. */
  private static final int MOST_STEP_MILLIS = 100;

  private static final Map<Integer, String> REASONS =
      Map.ofEntries(
          Map.entry(200, "OK"),
          Map.entry(206, "Partial Content"),
          Map.entry(304, "Not Modified"),
          Map.entry(307, "Temporary Redirect"),
          Map.entry(400, "Bad Request"),
          Map.entry(401, "Unauthorized"),
          Map.entry(403, "Forbidden"),
          Map.entry(404, "Not Found"),
          Map.entry(405, "Method Not Allowed"),
          Map.entry(416, "Range Not Satisfiable"),
          Map.entry(429, "Too Many Requests"),
          Map.entry(500, "Internal Server Error"),
          Map.entry(503, "Service Unavailable"));

  private final Socket socket;
  private final RequestReader reader;
  private final OutputStream out;

  Wire(Socket socket, RequestReader reader) throws IOException {
    this.socket = socket;
    this.reader = reader;
    this.out = new BufferedOutputStream(socket.getOutputStream(), 16 * 1024);
  }

  /** Writes status line and headers; they leave with the first flush. */
  void head(int status, Headers headers) throws IOException {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " ");
    head.append(REASONS.getOrDefault(status, "Scripted")).append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  void write(byte[] bytes, int length) throws IOException {
    out.write(bytes, 0, length);
  }

  void write(String ascii) throws IOException {
    out.write(ascii.getBytes(StandardCharsets.ISO_8859_1));
  }

  void flush() throws IOException {
    out.flush();
  }

  /** Sends nothing until the condition is true or the time is over; ends if the client goes. */
  void pause(BooleanSupplier over, Duration most) throws IOException {
    out.flush();
    long deadline = System.nanoTime() + most.toNanos();
    int step = 1;
    while (!over.getAsBoolean() && System.nanoTime() - deadline < 0) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      reader.idle(Math.clamp(left, 1, step));
      step = Math.min(2 * step, MOST_STEP_MILLIS);
    }
  }

  /** Ends the connection: by RST, or tidily by FIN. */
  void cut(boolean reset) throws IOException {
    if (reset) {
      socket.setSoLinger(true, 0);
    }
    socket.close();
  }
}
