package dev.entrepot.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A program that answers 200 to whatever it is asked, until it is ended. */
final class Answering {
  private Answering() {}

  /** Listens at an address and its ports. */
  public static void main(String... arguments) throws IOException {
    InetAddress address = InetAddress.ofLiteral(arguments[0]);
    for (int i = 1; i < arguments.length; i++) {
      int port = Integer.parseInt(arguments[i]);
      HttpServer server = HttpServer.create(new InetSocketAddress(address, port), 0);
      server.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
          });
      server.start();
    }
  }
}
