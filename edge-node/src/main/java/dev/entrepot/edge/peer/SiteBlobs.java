package dev.entrepot.edge.peer;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.cluster.Site;
import dev.entrepot.edge.cluster.Site.Kind;
import dev.entrepot.edge.cluster.Site.Member;
import dev.entrepot.edge.origin.BlobOrigin;
import dev.entrepot.edge.peer.PeerClient.Asking;
import io.vertx.core.Future;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Blobs by way of the site: the owner of a digest asks the upstream, the others the owner. Whoever
 * reads on at another byte, because a transfer broke, is sent to the next best by then.
 *
 * <p>Nobody asks the upstream for what a neighbour holds: before that, whoever has said last that
 * it holds the blob is asked, and who comes next in the ranking, which was the owner until this
 * edge came to the site. Both answer only from what they hold whole, so that no two edges wait for
 * each other.
 */
public final class SiteBlobs implements BlobOrigin {
  private static final Duration TOLD = Duration.ofMinutes(10);
  private static final Duration TOLD_HELD = Duration.ofDays(1);

  private final Site site;
  private final PeerClient peers;
  private final PeerLimits limits;
  private final BlobOrigin upstream;

  private record Wanted(Repository repository, Digest digest, Span span) {}

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

  /** Says to the site that this edge holds a blob whole. Returns at once. */
  public void kept(Digest digest) {
    site.tell(Kind.HOLDERS, digest.toString(), self(), TOLD_HELD);
  }

  @Override
  public Future<Answer> fetch(Repository repository, Digest digest, Span span) {
    Wanted wanted = new Wanted(repository, digest, span);
    List<Member> before = before(digest);
    return ask(before, wanted, Asking.BRING)
        .recover(why -> orElse(why, () -> fromOthers(before, wanted)))
        .recover(why -> orElse(why, () -> fromUpstream(wanted)));
  }

  /** Somebody else, unless the upstream itself has said no by way of a neighbour. */
  private static Future<Answer> orElse(Throwable why, Supplier<Future<Answer>> other) {
    return why instanceof PeerClient.NotHere ? other.get() : Future.failedFuture(why);
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

  /** One after the other, until one has it. */
  private Future<Answer> ask(List<Member> members, Wanted wanted, Asking how) {
    if (members.isEmpty()) {
      return Future.failedFuture(new PeerClient.NotHere(false));
    }
    return peers
        .blob(members.getFirst(), wanted.repository(), wanted.digest(), wanted.span(), how)
        .recover(why -> orElse(why, () -> ask(members.subList(1, members.size()), wanted, how)));
  }

  /**
   * Whoever has said that it is bringing the blob, if the owner is not; then those who may hold it.
   */
  private Future<Answer> fromOthers(List<Member> asked, Wanted wanted) {
    Future<Optional<Member>> holder = said(Kind.HOLDERS, wanted.digest());
    Future<Optional<Member>> filler =
        asked.isEmpty()
            ? Future.succeededFuture(Optional.empty())
            : said(Kind.FILL, wanted.digest());
    return filler
        .compose(it -> ask(others(it.stream(), asked), wanted, Asking.BRING))
        .recover(why -> orElse(why, () -> holder.compose(it -> held(it, asked, wanted))));
  }

  private Future<Answer> held(Optional<Member> said, List<Member> asked, Wanted wanted) {
    List<Member> ranking = site.ranking(key(wanted.digest()));
    Stream<Member> next =
        ranking.stream().skip(ranking.indexOf(site.self()) + 1L).limit(limits.tries());
    return ask(others(Stream.concat(said.stream(), next), asked), wanted, Asking.HELD_ONLY);
  }

  private List<Member> others(Stream<Member> members, List<Member> asked) {
    return members
        .distinct()
        .filter(it -> !it.equals(site.self()) && !asked.contains(it) && peers.isWell(it))
        .toList();
  }

  private Future<Optional<Member>> said(Kind kind, Digest digest) {
    return site.hint(kind, digest.toString()).map(hint -> hint.flatMap(this::member));
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

  private Future<Answer> fromUpstream(Wanted wanted) {
    site.tell(Kind.FILL, wanted.digest().toString(), self(), TOLD);
    return upstream.fetch(wanted.repository(), wanted.digest(), wanted.span());
  }

  private byte[] self() {
    return site.self().peer().toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String key(Digest digest) {
    return "blob " + digest;
  }
}
