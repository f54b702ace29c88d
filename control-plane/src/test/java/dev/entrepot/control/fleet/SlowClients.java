package dev.entrepot.control.fleet;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** Clients who take their time, until a door hangs up on them. */
final class SlowClients {
  private SlowClients() {}

  /** Says the next of a text's characters; fails once the connection has been cut. */
  static void drip(Socket socket, String text, int place) {
    try {
      socket.getOutputStream().write(text.charAt(place));
    } catch (IOException e) {
      throw new IllegalStateException("it has been cut", e); // no further drips
    }
  }

  /** Whether the server hangs up before the socket's timeout, whatever it says before. */
  static boolean ends(Socket socket) throws IOException {
    try {
      while (socket.getInputStream().read() >= 0) {}
      return true;
    } catch (SocketTimeoutException _) {
      return false;
    } catch (IOException _) {
      return true; // a reset is an end too
    }
  }
}
