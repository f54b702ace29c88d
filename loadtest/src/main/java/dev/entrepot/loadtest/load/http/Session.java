package dev.entrepot.loadtest.load.http;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One client of a registry: its connections, one for each site, and the tokens it was given.
 * Follows redirects and drops credentials when they lead to another site. For one thread, but for
 * {@link #close}, which ends what that thread is doing.
 */
public final class Session implements Closeable {
  /** Redirects followed for one request. */
  static final int MOST_REDIRECTS = 5;

  private static final int MOST_OF_AN_ERROR = 4096;

  private final Endpoint home;
  private final Authorizer authorizer;
  private final Dialer dialer;
  private final Optional<InetAddress> source;
  private final Traffic traffic;
  private final Map<Site, Connection> connections = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * @param home the registry
   * @param number counted over all sessions of a load; chooses the source address
   */
  public Session(Endpoint home, Access access, Dialer dialer, int number, Traffic traffic) {
    this.home = home;
    this.authorizer = new Authorizer(home.site(), access);
    this.dialer = dialer;
    this.source = dialer.source(number);
    this.traffic = traffic;
  }

  /** Takes the body of an answer, piece by piece; a piece is valid only during the call. */
  @FunctionalInterface
  public interface Receiver {
    void accept(byte[] bytes, int offset, int length) throws PullFailed;
  }

  /**
   * Gets something from the registry, to the last byte.
   *
   * @param repository its name, without the prefix of the registry's address
   * @param rest of the path behind it, from the slash on
   * @param accept the value of {@code Accept}
   * @throws PullFailed for everything but a whole body with 200
   */
  public Arrival get(String repository, String rest, String accept, Receiver receiver)
      throws PullFailed {
    try {
      String target = home.target(repository, rest);
      return follow(new Asked(home.site(), target, home.repository(repository), accept), receiver);
    } catch (PullFailed e) {
      throw closed
          ? new PullFailed(
              Trouble.UNFINISHED, "the load ended while " + repository + rest + " was under way")
          : e;
    }
  }

  /** Ends all connections; a request under way fails as {@link Trouble#UNFINISHED}. */
  @Override
  public void close() {
    closed = true;
    connections.values().forEach(Connection::close);
  }

  private record Asked(Site site, String target, String repository, String accept) {
    Asked at(Redirect redirect) {
      return new Asked(redirect.site(), redirect.target(), repository, accept);
    }
  }

  private Arrival follow(Asked first, Receiver receiver) throws PullFailed {
    Asked asked = first;
    boolean authorized = false;
    for (int redirects = 0; redirects <= MOST_REDIRECTS; ) {
      Exchange exchange = send(asked.site(), asked.target(), headers(asked));
      Head head = exchange.head();
      if (head.status() == 200) {
        return receive(exchange, receiver);
      }
      String said = errorText(exchange);
      if (head.isRedirect()) {
        asked = asked.at(Redirect.of(head, asked.site()));
        redirects++;
      } else if (head.status() == 401 && !authorized && asked.site().equals(home.site())) {
        authorize(head, asked.repository());
        authorized = true;
      } else {
        throw refused(head.status(), asked, said);
      }
    }
    throw new PullFailed(
        Trouble.REDIRECT, first.target() + " redirects more than " + MOST_REDIRECTS + " times");
  }

  private Map<String, String> headers(Asked asked) {
    Map<String, String> headers = new TreeMap<>(Map.of("Accept", asked.accept()));
    if (asked.site().equals(home.site())) {
      authorizer.shown(asked.repository()).ifPresent(it -> headers.put("Authorization", it));
    }
    return headers;
  }

  private Arrival receive(Exchange exchange, Receiver receiver) throws PullFailed {
    Arrival.Clock clock = new Arrival.Clock(System.nanoTime());
    exchange
        .connection()
        .body(
            exchange.head(),
            (bytes, offset, length) -> {
              clock.received(length);
              traffic.received(length);
              receiver.accept(bytes, offset, length);
            });
    return clock.arrival(exchange.head());
  }

  private void authorize(Head head, String repository) throws PullFailed {
    Optional<Authorizer.TokenRequest> wanted = authorizer.answer(head, repository);
    if (wanted.isEmpty()) {
      return; // Basic: nobody need be asked
    }
    Authorizer.TokenRequest request = wanted.get();
    Exchange exchange = send(request.site(), request.target(), request.headers());
    byte[] answer = bounded(exchange, TokenAnswer.MOST);
    if (exchange.head().status() != 200) {
      throw new PullFailed(
          Trouble.UNAUTHORIZED,
          request.site() + " gives no token: status " + exchange.head().status());
    }
    authorizer.received(repository, answer);
    traffic.authorized();
  }

  private static PullFailed refused(int status, Asked asked, String said) {
    String sentence =
        "%s answered %d to %s%s"
            .formatted(asked.site(), status, asked.target(), said.isEmpty() ? "" : ": " + said);
    return status == 401
        ? new PullFailed(Trouble.UNAUTHORIZED, sentence)
        : PullFailed.status(status, sentence);
  }

  private record Exchange(Connection connection, Head head) {}

  private Exchange send(Site site, String target, Map<String, String> headers) throws PullFailed {
    traffic.requested();
    Connection kept = connections.get(site);
    if (kept != null && kept.isUsable()) {
      try {
        return new Exchange(kept, kept.ask(target, headers));
      } catch (PullFailed e) {
        if (!kept.wasStale() || closed) {
          throw e;
        }
        traffic.reopening();
      }
    }
    Connection fresh = dial(site);
    return new Exchange(fresh, fresh.ask(target, headers));
  }

  private Connection dial(Site site) throws PullFailed {
    Connection before = connections.remove(site);
    if (before != null) {
      before.close();
    }
    Connection fresh = dialer.dial(site, source);
    traffic.connected();
    connections.put(site, fresh);
    if (closed) {
      fresh.close(); // close() may have looked before it was there
    }
    return fresh;
  }

  private static String errorText(Exchange exchange) throws PullFailed {
    byte[] said = bounded(exchange, MOST_OF_AN_ERROR);
    return Text.shown(new String(said, StandardCharsets.UTF_8));
  }

  /** Reads the body to its end, so that the connection can be kept, and keeps the beginning. */
  private static byte[] bounded(Exchange exchange, int most) throws PullFailed {
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    exchange
        .connection()
        .body(
            exchange.head(),
            (bytes, offset, length) ->
                kept.write(bytes, offset, Math.min(length, most - kept.size())));
    return kept.toByteArray();
  }
}
