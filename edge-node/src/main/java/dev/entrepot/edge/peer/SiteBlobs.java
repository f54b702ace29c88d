package dev.entrepot.edge.peer;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.cluster.Site;
import dev.entrepot.edge.cluster.Site.Kind;
import dev.entrepot.edge.cluster.Site.Member;
import dev.entrepot.edge.origin.BlobOrigin;
import io.vertx.core.Future;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Blobs by way of the site: the owner of a digest asks the upstream, the others the owner. Whoever
 * reads on at another byte, because a transfer broke, is sent to the next best by then.
 */
public final class SiteBlobs implements BlobOrigin {
  private static final Duration TOLD = Duration.ofMinutes(10);

  private final Site site;
  private final PeerClient peers;
  private final PeerLimits limits;
  private final BlobOrigin upstream;

  public SiteBlobs(Site site, PeerClient peers, PeerLimits limits, BlobOrigin upstream) {
    this.site = site;
    this.peers = peers;
    this.limits = limits;
    this.upstream = upstream;
  }

  /**
   * Whether this edge is the one to ask the upstream for a blob: the owner, or who comes next when
   * those before it have just failed.
   */
  public boolean isMine(Digest digest) {
    for (Member member : site.ranking(key(digest))) {
      if (member.equals(site.self())) {
        return true;
      }
      if (peers.isWell(member)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Future<Long> size(Repository repository, Digest digest) {
    return upstream.size(repository, digest);
  }

  @Override
  public Future<Answer> fetch(Repository repository, Digest digest, Span span) {
    List<Member> before = before(digest);
    if (before.isEmpty()) {
      return fromUpstream(repository, digest, span);
    }
    return ask(before, 0, repository, digest, span)
        .recover(_ -> fromFiller(before, repository, digest, span))
        .recover(_ -> fromUpstream(repository, digest, span));
  }

  /** The neighbours that come before this edge and are well, at most as many as may be tried. */
  private List<Member> before(Digest digest) {
    List<Member> before = new ArrayList<>();
    for (Member member : site.ranking(key(digest))) {
      if (member.equals(site.self()) || before.size() == limits.tries()) {
        break;
      }
      if (peers.isWell(member)) {
        before.add(member);
      }
    }
    return before;
  }

  private Future<Answer> ask(
      List<Member> members, int index, Repository repository, Digest digest, Span span) {
    if (index == members.size()) {
      return Future.failedFuture(new PeerClient.NotHere(false));
    }
    return peers
        .blob(members.get(index), repository, digest, span)
        .recover(_ -> ask(members, index + 1, repository, digest, span));
  }

  /** Whoever has said that it is bringing the blob, if that is somebody else. */
  private Future<Answer> fromFiller(
      List<Member> asked, Repository repository, Digest digest, Span span) {
    return site.hint(Kind.FILL, digest.toString())
        .compose(hint ->
            hint.flatMap(this::member)
                .filter(it -> !it.equals(site.self()) && !asked.contains(it) && peers.isWell(it))
                .map(it -> peers.blob(it, repository, digest, span))
                .orElseGet(() -> Future.failedFuture(new PeerClient.NotHere(false))));
  }

  /** Only a member that lives is ever asked, whatever a hint says. */
  private Optional<Member> member(byte[] hint) {
    String url = new String(hint, StandardCharsets.UTF_8);
    return site.members().stream().filter(it -> it.peer().equals(uri(url))).findFirst();
  }

  private static URI uri(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException _) {
      return URI.create("");
    }
  }

  private Future<Answer> fromUpstream(Repository repository, Digest digest, Span span) {
    byte[] self = site.self().peer().toString().getBytes(StandardCharsets.UTF_8);
    site.tell(Kind.FILL, digest.toString(), self, TOLD);
    return upstream.fetch(repository, digest, span);
  }

  private static String key(Digest digest) {
    return "blob " + digest;
  }
}
