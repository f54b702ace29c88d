package dev.entrepot.edge.http;

import dev.entrepot.common.oci.PullRequest;
import dev.entrepot.edge.access.Caller;
import java.util.Optional;

/**
 * A request that has been read, or could not be.
 *
 * @param id unique, also sent as {@code X-Request-Id}
 * @param path the target without its query
 * @param asked what is asked for; empty when that cannot be read
 */
public record Asking(
    String id,
    String method,
    String path,
    String httpVersion,
    Optional<String> userAgent,
    Caller caller,
    Optional<PullRequest> asked) {

  /** For a meter's tag: what kind of thing is asked for. */
  public String kind() {
    return asked.map(Asking::kindOf).orElse("other");
  }

  /** What is asked of a repository, if it is that. */
  public Optional<PullRequest.OfRepository> ofRepository() {
    return asked.map(it -> it instanceof PullRequest.OfRepository of ? of : null);
  }

  private static String kindOf(PullRequest request) {
    return switch (request) {
      case PullRequest.Ping _ -> "ping";
      case PullRequest.Manifest _ -> "manifest";
      case PullRequest.Blob _ -> "blob";
      case PullRequest.TagList _ -> "tags";
      case PullRequest.Referrers _ -> "referrers";
    };
  }
}
