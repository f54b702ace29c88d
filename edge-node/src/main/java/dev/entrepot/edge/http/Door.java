package dev.entrepot.edge.http;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.common.oci.PullRequest;
import dev.entrepot.edge.access.Gate;
import dev.entrepot.edge.access.Permit;
import dev.entrepot.edge.blob.Blobs;
import dev.entrepot.edge.catalogue.Catalogue;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.Optional;

/**
 * Takes one request through the rooms: what is asked, may they, what does it mean, the bytes. The
 * gate decides before anything is looked up.
 */
final class Door {
  private final PathGrammar grammar;
  private final Gate gate;
  private final ManifestVerb manifests;
  private final BlobVerb blobs;
  private final TagsVerb tags;
  private final ReferrersVerb referrers;

  Door(UpstreamNames upstreams, Gate gate, Catalogue catalogue, Blobs blobs, DoorLimits limits) {
    this.grammar = new PathGrammar(upstreams);
    this.gate = gate;
    this.manifests = new ManifestVerb(catalogue);
    this.blobs = new BlobVerb(catalogue, blobs, limits);
    this.tags = new TagsVerb(catalogue);
    this.referrers = new ReferrersVerb(catalogue);
  }

  void handle(Pull pull) {
    pull.response()
        .putHeader("Docker-Distribution-API-Version", "registry/2.0")
        .putHeader("X-Request-Id", pull.id());
    answer(pull).onFailure(cause -> fail(pull, cause));
  }

  private Future<Void> answer(Pull pull) {
    try {
      HttpMethod method = pull.request().method();
      if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
        return Future.failedFuture(new Failure.Unsupported(PathGrammar.PUSH).asException());
      }
      PathGrammar.Parsed parsed = grammar.parse(pull.request().uri());
      pull.read(parsed);
      parsed.namespace().ifPresent(ns -> pull.response().putHeader("OCI-Namespace", ns));
      return switch (parsed.request()) {
        case PullRequest.Ping _ -> gate.greet(pull.caller()).compose(_ -> ping(pull));
        case PullRequest.OfRepository asked ->
            gate.admit(pull.caller(), asked).compose(permit -> serve(pull, asked, permit));
      };
    } catch (PullException e) {
      return Future.failedFuture(e);
    }
  }

  private Future<Void> serve(Pull pull, PullRequest.OfRepository asked, Permit permit) {
    return switch (asked) {
      case PullRequest.Manifest(_, var reference) -> manifests.serve(pull, permit, reference);
      case PullRequest.Blob(_, var digest) -> blobs.serve(pull, permit, digest);
      case PullRequest.TagList(_, Optional<Integer> limit, Optional<String> last) ->
          tags.serve(pull, permit, limit, last);
      case PullRequest.Referrers(_, var digest, Optional<String> type) ->
          referrers.serve(pull, permit, digest, type);
    };
  }

  private static Future<Void> ping(Pull pull) {
    return Whole.send(pull, "application/json", io.vertx.core.buffer.Buffer.buffer("{}"));
  }

  private static void fail(Pull pull, Throwable cause) {
    Failure failure = PullException.failureOf(cause);
    pull.context().runOnContext(_ -> Answers.fail(pull, failure));
  }
}
