package dev.entrepot.loadtest.load.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.CertPathBuilderException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Opens connections.
 *
 * @param connectTimeout the longest wait for a connection, and for a TLS handshake each time it
 *     reads
 * @param readTimeout the longest wait for the next bytes of an answer
 * @param sources the local addresses that sessions are spread over; none leaves the choice to the
 *     kernel
 */
public record Dialer(
    Duration connectTimeout, Duration readTimeout, Trust trust, List<InetAddress> sources) {
  public Dialer {
    sources = List.copyOf(sources);
  }

  /** The source address of a session with that number. */
  Optional<InetAddress> source(int number) {
    return sources.isEmpty() ? Optional.empty() : Optional.of(sources.get(number % sources.size()));
  }

  /** A new connection to a site. */
  Connection dial(Site site, Optional<InetAddress> source) throws PullFailed {
    Socket plain = new Socket();
    try {
      connect(plain, site, source);
      Socket ready = site.tls() ? handshake(plain, site) : plain;
      ready.setSoTimeout(millis(readTimeout));
      return new Connection(ready, site);
    } catch (PullFailed e) {
      close(plain);
      throw e;
    } catch (IOException e) {
      close(plain);
      throw new PullFailed(Trouble.CONNECT, "connecting to " + site + ": " + PullFailed.reason(e));
    }
  }

  private void connect(Socket socket, Site site, Optional<InetAddress> source)
      throws IOException, PullFailed {
    InetSocketAddress address = new InetSocketAddress(site.host(), site.port());
    if (address.isUnresolved()) {
      throw new PullFailed(Trouble.CONNECT, "the name " + site.host() + " has no address");
    }
    if (source.isPresent()) {
      socket.bind(new InetSocketAddress(source.get(), 0));
    }
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(millis(connectTimeout));
    socket.connect(address, millis(connectTimeout));
  }

  private Socket handshake(Socket plain, Site site) throws PullFailed {
    try {
      SSLSocket socket =
          (SSLSocket) trust.sockets().createSocket(plain, site.host(), site.port(), true);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"http/1.1"});
      if (trust.checksNames()) {
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
      }
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      throw new PullFailed(Trouble.TLS, "TLS with " + site + ": " + distrust(e));
    }
  }

  /** What Java says of a stranger is about its own insides. */
  private static String distrust(IOException e) {
    for (Throwable it = e; it != null; it = it.getCause()) {
      if (it instanceof CertPathBuilderException) {
        return "its certificate is not trusted; name its authority with --ca FILE,"
            + " or believe any with --insecure";
      }
    }
    return PullFailed.reason(e);
  }

  private static int millis(Duration duration) {
    return Math.clamp(duration.toMillis(), 1, Integer.MAX_VALUE);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // it was given up already, and why is being told
    }
  }
}
