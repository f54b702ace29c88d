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
  private final Predicate<PullRequest> answers;

  /**
   * @param registry answers what passes
   * @param edges whether a certificate, whose chain is proved, is that of an edge
   * @param answers whether this edge has something or is the one to bring it
   */
  public PeerDoor(
      RegistryDoor registry,
      UpstreamNames upstreams,
      DoorLimits limits,
      Predicate<X509Certificate> edges,
      Predicate<PullRequest> answers) {
    this.registry = registry;
    this.grammar = new PathGrammar(upstreams, limits);
    this.edges = edges;
    this.answers = answers;
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
        && answers.test(asked);
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
