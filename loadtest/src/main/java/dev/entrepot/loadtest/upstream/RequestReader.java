package dev.entrepot.loadtest.upstream;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Optional;

/** Reads HTTP/1.1 requests from a connection (RFC 9112), nothing beyond its bounds. */
final class RequestReader {
  private static final int MOST_HEAD = 32 * 1024;
  private static final int MOST_BODY = 64 * 1024;

  private final Socket socket;
  private final InputStream in;
  private final int idleMillis;
  private final Side side;
  private final long connection;
  private final byte[] buffer = new byte[8 * 1024];
  private int next;
  private int end;

  RequestReader(Socket socket, Side side, long connection, int idleMillis) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    this.side = side;
    this.connection = connection;
    this.idleMillis = idleMillis;
  }

  /** The next request; empty when the client has closed the connection between two. */
  Optional<Request> next() throws IOException {
    if (next == end && !fill(idleMillis)) {
      return Optional.empty();
    }
    int[] budget = {MOST_HEAD};
    String[] start = line(budget).split(" ");
    if (start.length != 3) {
      throw new ProtocolException("not a request line");
    }
    Headers headers = headers(budget);
    byte[] body = body(headers);
    Route route = Route.parse(side, start[1]);
    return Optional.of(new Request(side, connection, start[0], start[1], headers, body, route));
  }

  /**
   * Waits a moment, and notices if the client goes away meanwhile.
   *
   * @throws EOFException when the client has closed the connection
   */
  void idle(int millis) throws IOException {
    if (next < end) {
      sleep(millis);
      return;
    }
    try {
      if (!fill(millis)) {
        throw new EOFException("the client went away");
      }
    } catch (SocketTimeoutException _) {
      // Nothing came: the client still waits, which is what was hoped for.
    }
  }

  private Headers headers(int[] budget) throws IOException {
    Headers headers = Headers.NONE;
    for (String line = line(budget); !line.isEmpty(); line = line(budget)) {
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new ProtocolException("not a header");
      }
      headers = headers.plus(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    return headers;
  }

  private byte[] body(Headers headers) throws IOException {
    if (headers.has("Transfer-Encoding")) {
      throw new ProtocolException("chunked requests are not understood");
    }
    int length = contentLength(headers.first("Content-Length").orElse("0"));
    byte[] body = new byte[length];
    for (int i = 0; i < length; i++) {
      body[i] = one();
    }
    return body;
  }

  private static int contentLength(String value) throws IOException {
    if (!value.matches("\\d{1,9}") || Integer.parseInt(value) > MOST_BODY) {
      throw new ProtocolException("not a length, or too long a request");
    }
    return Integer.parseInt(value);
  }

  private String line(int[] budget) throws IOException {
    StringBuilder line = new StringBuilder();
    for (char c = (char) (one() & 0xFF); c != '\n'; c = (char) (one() & 0xFF)) {
      line.append(c);
      if (--budget[0] < 0) {
        throw new ProtocolException("too long a head");
      }
    }
    int length = line.length();
    return length > 0 && line.charAt(length - 1) == '\r'
        ? line.substring(0, length - 1)
        : "" + line;
  }

  private byte one() throws IOException {
    if (next == end && !fill(idleMillis)) {
      throw new EOFException("half a request");
    }
    return buffer[next++];
  }

  private boolean fill(int millis) throws IOException {
    socket.setSoTimeout(millis);
    next = 0;
    end = 0;
    end = Math.max(0, in.read(buffer));
    return end > 0;
  }

  private static void sleep(int millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
