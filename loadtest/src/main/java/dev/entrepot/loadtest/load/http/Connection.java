package dev.entrepot.loadtest.load.http;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One connection: a GET, its head, its body, the next GET. For one thread, but for {@link #close}.
 */
final class Connection implements Closeable {
  private final Socket socket;
  private final Site site;
  private final Inbound in;
  private boolean usable = true;
  private boolean used;
  private boolean silent;

  Connection(Socket socket, Site site) throws IOException {
    this.socket = socket;
    this.site = site;
    this.in = new Inbound(socket.getInputStream());
  }

  /** Whether another request may be sent: the answer before was read to its end. */
  boolean isUsable() {
    return usable && in.isEmpty();
  }

  /**
   * Whether the last request failed for no other reason than that the server had closed an idle
   * connection: it was used before, and not a byte came back. Such a GET may be sent again (RFC
   * 9110 section 9.2.2).
   */
  boolean wasStale() {
    return used && silent;
  }

  /** Sends a GET and reads the head of the answer. */
  Head ask(String target, Map<String, String> headers) throws PullFailed {
    usable = false;
    silent = false;
    long before = in.received();
    try {
      socket.getOutputStream().write(request(target, headers));
      return HeadReader.read(in);
    } catch (IOException e) {
      silent = in.received() == before && !(e instanceof java.net.SocketTimeoutException);
      throw e instanceof EOFException
          ? new PullFailed(Trouble.BROKEN_OFF, site + " closed the connection within a head")
          : PullFailed.of(e, "asking " + site);
    }
  }

  /** Hands over the whole body of the answer. */
  void body(Head head, Inbound.Sink sink) throws PullFailed {
    try {
      usable = Body.read(in, head, sink) && head.persistent();
      used = true;
    } catch (IOException e) {
      throw PullFailed.of(e, "reading a body from " + site);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException _) {
      // nobody waits for anything from it any more
    }
  }

  private byte[] request(String target, Map<String, String> headers) {
    StringBuilder head = new StringBuilder("GET ").append(target).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(site.authority()).append("\r\n");
    head.append("User-Agent: entrepot-loadtest\r\nAccept-Encoding: identity\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
