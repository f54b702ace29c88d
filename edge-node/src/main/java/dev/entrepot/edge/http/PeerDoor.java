package dev.entrepot.edge.http;

import dev.entrepot.common.oci.PullRequest;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * The door for the other edges of the site: blobs and manifests, for certificates that are edges',
 * with a hop header. What this edge would have to ask a further edge for is answered with 421 (RFC
 * 9110 section 15.5.20), so that no question goes round in circles.
 */
public final class PeerDoor implements Door {
  private static final String HOP = "Entrepot-Hop";
  private static final int FORBIDDEN = 403;
  private static final int MISDIRECTED = 421;

  private final RegistryDoor registry;
  private final PathGrammar grammar;
  private final Predicate<X509Certificate> edges;
  private final Answering answering;

  /** What this edge does for its neighbours. */
  public interface Answering {
    /** Whether it has something whole. */
    boolean holds(PullRequest asked);

    /** Whether it is bringing something, or is the one to bring it. */
    boolean brings(PullRequest asked);
  }

  /**
   * @param registry answers what passes
   * @param edges whether a certificate, whose chain is proved, is that of an edge
   * @param answering what is answered here and not elsewhere
   */
  public PeerDoor(
      RegistryDoor registry,
      UpstreamNames upstreams,
      DoorLimits limits,
      Predicate<X509Certificate> edges,
      Answering answering) {
    this.registry = registry;
    this.grammar = new PathGrammar(upstreams, limits);
    this.edges = edges;
    this.answering = answering;
  }

  @Override
  public Handler<HttpServerRequest> at(Listener listener) {
    Handler<HttpServerRequest> inside = registry.at(listener);
    return request -> {
      if (certificate(request).filter(edges).isEmpty()) {
        end(request, FORBIDDEN);
      } else if (!"1".equals(request.getHeader(HOP)) || !isHere(request)) {
        end(request, MISDIRECTED);
      } else {
        inside.handle(request);
      }
    };
  }

  private boolean isHere(HttpServerRequest request) {
    return grammar.parse(request.uri()) instanceof Parsed.Asked(PullRequest asked, _)
        && (asked instanceof PullRequest.Blob || asked instanceof PullRequest.Manifest)
        && (answering.holds(asked) || (!onlyIfCached(request) && answering.brings(asked)));
  }

  /** RFC 9111 section 5.2.1.7: from what is held, or not at all. */
  private static boolean onlyIfCached(HttpServerRequest request) {
    return request.headers().contains("Cache-Control", "only-if-cached", true);
  }

  private static Optional<X509Certificate> certificate(HttpServerRequest request) {
    try {
      List<Certificate> chain = request.connection().peerCertificates();
      return chain.isEmpty() || !(chain.getFirst() instanceof X509Certificate it)
          ? Optional.empty()
          : Optional.of(it);
    } catch (SSLPeerUnverifiedException _) {
      return Optional.empty();
    }
  }

  private static void end(HttpServerRequest request, int status) {
    request.response().setStatusCode(status).end();
  }
}
