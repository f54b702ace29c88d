package dev.entrepot.edge.peer;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.cluster.Site.Member;
import dev.entrepot.edge.origin.BlobOrigin.Answer;
import dev.entrepot.edge.origin.BlobOrigin.Span;
import dev.entrepot.edge.origin.ManifestOrigin.Fetched;
import dev.entrepot.edge.origin.Provenance;
import dev.entrepot.edge.origin.Unread;
import dev.entrepot.edge.origin.Via;
import dev.entrepot.edge.peer.PeerObserver.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Asks neighbours at their peer doors. Futures fail with {@link NotHere}: then somebody else is to
 * be asked; or with what the neighbour has heard from the upstream ({@code OriginBusy}, {@code
 * OriginDenied}), which asking the upstream once more would not change.
 */
public final class PeerClient implements AutoCloseable {
  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int MISDIRECTED = 421;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int BAD_GATEWAY = 502;

  /** RFC 9111 section 5.2.1.7; who does not hold it answers 421 here, as to all it has not. */
  private static final String ONLY_IF_CACHED = "only-if-cached";

  private final Vertx vertx;
  private final PeerLimits limits;
  private final PeerObserver observer;
  private final PeerHealth health;
  private final PeerLine line;

  /**
   * @param edges whether a certificate, whose chain is proved, is that of an edge of this site
   */
  public PeerClient(
      Vertx vertx,
      PeerTls tls,
      Predicate<X509Certificate> edges,
      PeerLimits limits,
      PeerObserver observer) {
    this.vertx = vertx;
    this.limits = limits;
    this.observer = observer;
    this.health = new PeerHealth(limits, System::nanoTime);
    this.line = new PeerLine(vertx, tls, edges, limits);
  }

  /** A neighbour has not got it, or cannot be asked now. */
  static final class NotHere extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final boolean absent;

    /**
     * @param absent whether the neighbour knows that there is no such thing
     */
    NotHere(boolean absent) {
      super(absent ? "absent" : "not here", null, false, false);
      this.absent = absent;
    }

    boolean isAbsent() {
      return absent;
    }
  }

  /** A manifest as a neighbour has it. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Told(MediaType type, Digest digest, byte[] bytes, Duration age) {
    Fetched fetched() {
      return new Fetched(type, digest, bytes, Provenance.peer(age));
    }
  }

  /** What a neighbour may do to answer. */
  enum Asking {
    /** Answer from what it holds or is filling; if it is the owner, bring it. */
    BRING,
    /** Answer from what it holds whole and nothing else. */
    HELD_ONLY
  }

  /** Shows another certificate from the next connection on. */
  public void use(PeerTls tls) {
    line.use(tls);
  }

  /** Whether the neighbour has not failed just now. */
  boolean isWell(Member member) {
    return health.isWell(member);
  }

  Future<Answer> blob(Member member, Repository repository, Digest digest, Span span, Asking how) {
    boolean whole = span.first() == 0 && span.end().isEmpty();
    Map<String, String> headers = new HashMap<>();
    if (!whole) {
      headers.put("Range", "bytes=" + span.first() + "-" + lastByte(span.end()));
    }
    if (how == Asking.HELD_ONLY) {
      headers.put("Cache-Control", ONLY_IF_CACHED);
    }
    return ask(member, path(repository, "blobs", digest.toString()), headers)
        .compose(response -> blob(member, repository, response, span));
  }

  private static String lastByte(OptionalLong end) {
    return end.isPresent() ? String.valueOf(end.getAsLong() - 1) : "";
  }

  private Future<Answer> blob(
      Member member, Repository repository, HttpClientResponse response, Span span) {
    long length = number(response.getHeader("Content-Length"));
    boolean partial = response.statusCode() == PARTIAL;
    if (length < 0
        || (!partial && response.statusCode() != OK)
        || (partial && !startsAt(response, span.first()))) {
      return refused(member, repository, response);
    }
    OptionalLong total = partial ? total(response) : OptionalLong.of(length);
    observer.asked(Outcome.FOUND);
    PeerBody body =
        new PeerBody(
            vertx, response, member.peer().getHost(), length, limits, sender(member, length));
    body.begin();
    return Future.succeededFuture(new Answer(partial ? span.first() : 0, total, Via.PEER, body));
  }

  private PeerBody.Sender sender(Member member, long length) {
    return new PeerBody.Sender() {
      @Override
      public void sent(int bytes) {
        observer.received(bytes);
      }

      @Override
      public void ended() {
        health.answered(member);
      }

      @Override
      public void broke(String how) {
        health.broke(member, how + " within " + length + " bytes");
      }

      @Override
      public void lied() {
        observer.asked(Outcome.LIED);
        health.lied(member);
      }

      @Override
      public Future<Void> pulse() {
        return line.pulse(member);
      }
    };
  }

  private static boolean startsAt(HttpClientResponse response, long first) {
    String range = response.getHeader("Content-Range");
    return range != null && range.startsWith("bytes " + first + "-");
  }

  private static OptionalLong total(HttpClientResponse response) {
    String range = response.getHeader("Content-Range");
    long total = range == null ? -1 : number(range.substring(range.indexOf('/') + 1));
    return total < 0 ? OptionalLong.empty() : OptionalLong.of(total);
  }

  /** Gets a manifest, with the age that the neighbour says it has. */
  Future<Told> manifest(Member member, Repository repository, Reference reference) {
    return ask(member, path(repository, "manifests", reference.toString()), Map.of())
        .compose(response -> manifest(member, repository, response));
  }

  private Future<Told> manifest(Member member, Repository repository, HttpClientResponse response) {
    long length = number(response.getHeader("Content-Length"));
    String type = response.getHeader("Content-Type");
    String digest = response.getHeader("Docker-Content-Digest");
    if (response.statusCode() != OK
        || length < 0
        || length > limits.manifestBytes()
        || type == null
        || digest == null) {
      return refused(member, repository, response);
    }
    long age = Math.max(0, number(response.getHeader("Age")));
    Future<Buffer> body = response.body();
    response.resume();
    return body.timeout(limits.stall().toMillis(), TimeUnit.MILLISECONDS)
        .map(bytes -> told(type, digest, bytes.getBytes(), age))
        .onSuccess(it -> {
          health.answered(member);
          observer.asked(Outcome.FOUND);
          observer.received(it.bytes().length);
        })
        .recover(why -> failed(member, String.valueOf(why.getMessage())));
  }

  private static Told told(String type, String text, byte[] bytes, long age) {
    Digest digest = Digest.parse(text);
    if (!Digest.of(digest.algorithm(), bytes, 0, bytes.length).equals(digest)) {
      throw new IllegalArgumentException("other bytes than " + digest);
    }
    return new Told(MediaType.parse(type), digest, bytes, Duration.ofSeconds(age));
  }

  private Future<HttpClientResponse> ask(Member member, String path, Map<String, String> headers) {
    return line.ask(member, path, headers)
        .recover(why -> {
          if (why instanceof PeerLine.Stranger) {
            health.stranger(member);
          }
          return failed(member, String.valueOf(why.getMessage()));
        });
  }

  /**
   * An answer without what was asked for: whose fault that is, and whether it settles the matter.
   */
  private <T> Future<T> refused(Member member, Repository repository, HttpClientResponse response) {
    long length = number(response.getHeader("Content-Length"));
    Unread.discard(vertx, response, length < 0 ? Long.MAX_VALUE : length);
    int status = response.statusCode();
    boolean said = response.getHeader("Content-Type") != null; // by its registry, not its door
    if (status == NOT_FOUND) {
      observer.asked(Outcome.ABSENT);
      return Future.failedFuture(new NotHere(true));
    }
    if (status == TOO_MANY_REQUESTS || (status == FORBIDDEN && said)) {
      observer.asked(Outcome.REFUSED);
      return Future.failedFuture(upstreams(repository, response).asException());
    }
    if (status == MISDIRECTED || (status >= BAD_GATEWAY && said)) {
      // It cannot have it from the upstream now, or is too busy itself: that is no failure of its.
      observer.asked(Outcome.ELSEWHERE);
      return Future.failedFuture(new NotHere(false));
    }
    return failed(member, "status " + status);
  }

  private static Failure upstreams(Repository repository, HttpClientResponse response) {
    long wait = Math.max(1, number(response.getHeader("Retry-After")));
    return response.statusCode() == TOO_MANY_REQUESTS
        ? new Failure.OriginBusy(repository.upstream(), Duration.ofSeconds(wait))
        : new Failure.OriginDenied(repository, "it was denied to another edge of this site");
  }

  private <T> Future<T> failed(Member member, String why) {
    observer.asked(Outcome.FAILED);
    health.failed(member, why);
    return Future.failedFuture(new NotHere(false));
  }

  private static String path(Repository repository, String kind, String reference) {
    String upstream = URLEncoder.encode(repository.upstream(), StandardCharsets.UTF_8);
    return "/v2/" + repository.path() + "/" + kind + "/" + reference + "?ns=" + upstream;
  }

  private static long number(@Nullable String text) {
    try {
      return text == null ? -1 : Long.parseLong(text);
    } catch (NumberFormatException _) {
      return -1;
    }
  }

  @Override
  public void close() {
    line.close();
  }
}
