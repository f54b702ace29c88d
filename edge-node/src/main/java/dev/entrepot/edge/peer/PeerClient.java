package dev.entrepot.edge.peer;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.cluster.Site.Member;
import dev.entrepot.edge.origin.BlobOrigin.Answer;
import dev.entrepot.edge.origin.BlobOrigin.Span;
import dev.entrepot.edge.origin.ManifestOrigin.Fetched;
import dev.entrepot.edge.origin.Provenance;
import dev.entrepot.edge.origin.Via;
import dev.entrepot.edge.peer.PeerObserver.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks neighbours at their peer doors, over mutual TLS, with {@code Entrepot-Hop: 1}. Futures fail
 * with {@link NotHere} alone: then somebody else is to be asked.
 */
public final class PeerClient implements AutoCloseable {
  /** Says that a request comes from an edge and may not go on to a further one. */
  public static final String HOP = "Entrepot-Hop";

  /** RFC 9111 section 5.2.1.7; who does not hold it answers 421 here, as to all it has not. */
  private static final String ONLY_IF_CACHED = "only-if-cached";

  private static final Logger LOG = LoggerFactory.getLogger(PeerClient.class);
  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int NOT_FOUND = 404;
  private static final int MISDIRECTED = 421;

  private final Vertx vertx;
  private final PeerLimits limits;
  private final PeerObserver observer;
  private final Map<Member, Failing> failing = new ConcurrentHashMap<>();
  private volatile HttpClient client;

  public PeerClient(Vertx vertx, PeerTls tls, PeerLimits limits, PeerObserver observer) {
    this.vertx = vertx;
    this.limits = limits;
    this.observer = observer;
    this.client = client(tls);
  }

  /**
   * How a neighbour has failed lately.
   *
   * @param restsUntil by the monotonic clock; of meaning once there are enough failures
   */
  private record Failing(int inARow, long restsUntil) {}

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

  /** Shows another certificate from the next connection on. */
  public void use(PeerTls tls) {
    HttpClient before = client;
    client = client(tls);
    vertx.setTimer(limits.answer().toMillis() + limits.stall().toMillis(), _ -> before.close());
  }

  /** Whether the neighbour has not failed just now. */
  boolean isWell(Member member) {
    Failing now = failing.get(member);
    return now == null
        || now.inARow() < limits.failures()
        || System.nanoTime() - now.restsUntil() >= 0;
  }

  /** What a neighbour may do to answer. */
  enum Asking {
    /** Answer from what it holds or is filling; if it is the owner, bring it. */
    BRING,
    /** Answer from what it holds whole and nothing else ({@code only-if-cached}, RFC 9111). */
    HELD_ONLY
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
        .compose(response -> blob(member, response, span));
  }

  private static String lastByte(OptionalLong end) {
    return end.isPresent() ? String.valueOf(end.getAsLong() - 1) : "";
  }

  private Future<Answer> blob(Member member, HttpClientResponse response, Span span) {
    long length = number(response.getHeader("Content-Length"));
    boolean partial = response.statusCode() == PARTIAL;
    if (length < 0 || (!partial && response.statusCode() != OK)) {
      return refused(member, response);
    }
    long first = partial ? span.first() : 0;
    OptionalLong total = partial ? total(response) : OptionalLong.of(length);
    if (partial && !startsAt(response, first)) {
      return refused(member, response);
    }
    found(member);
    PeerBody body =
        new PeerBody(
            vertx,
            response,
            member.peer().getHost(),
            length,
            limits.stall(),
            sender(member),
            observer::received);
    body.begin();
    return Future.succeededFuture(new Answer(first, total, Via.PEER, body));
  }

  private PeerBody.Sender sender(Member member) {
    return new PeerBody.Sender() {
      @Override
      public void broke(String how) {
        rest(member, how);
      }

      @Override
      public void lied() {
        distrust(member);
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
        .compose(response -> manifest(member, response));
  }

  private Future<Told> manifest(Member member, HttpClientResponse response) {
    long length = number(response.getHeader("Content-Length"));
    String type = response.getHeader("Content-Type");
    String digest = response.getHeader("Docker-Content-Digest");
    if (response.statusCode() != OK
        || length < 0
        || length > limits.manifestBytes()
        || type == null
        || digest == null) {
      return refused(member, response);
    }
    long age = Math.max(0, number(response.getHeader("Age")));
    Future<Buffer> body = response.body();
    response.resume();
    return body.timeout(limits.answer().toMillis(), TimeUnit.MILLISECONDS)
        .map(bytes -> told(type, digest, bytes.getBytes(), age))
        .onSuccess(it -> {
          found(member);
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
    URI at = member.peer();
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost(at.getHost())
            .setPort(at.getPort())
            .setURI(path)
            .setConnectTimeout(limits.connect().toMillis())
            .setTimeout(limits.answer().toMillis())
            .putHeader(HOP, "1")
            .putHeader("Accept", "*/*");
    headers.forEach(options::putHeader);
    return client
        .request(options)
        .compose(request -> request.send().onSuccess(HttpClientResponse::pause))
        .recover(why -> failed(member, String.valueOf(why.getMessage())));
  }

  private <T> Future<T> refused(Member member, HttpClientResponse response) {
    response.request().reset();
    return switch (response.statusCode()) {
      case NOT_FOUND -> {
        observer.asked(Outcome.ABSENT);
        yield Future.failedFuture(new NotHere(true));
      }
      case MISDIRECTED -> {
        observer.asked(Outcome.ELSEWHERE);
        yield Future.failedFuture(new NotHere(false));
      }
      default -> failed(member, "status " + response.statusCode());
    };
  }

  private <T> Future<T> failed(Member member, String why) {
    observer.asked(Outcome.FAILED);
    rest(member, why);
    return Future.failedFuture(new NotHere(false));
  }

  private void rest(Member member, String why) {
    long until = System.nanoTime() + limits.pause().toNanos();
    Failing now =
        failing.compute(
            member, (_, before) -> new Failing(before == null ? 1 : before.inARow() + 1, until));
    if (now.inARow() == limits.failures()) {
      LOG.warn(
          "the edge at {} is left alone for {} s after {} failures: {}",
          member.peer(),
          limits.pause().toSeconds(),
          now.inARow(),
          why);
    }
  }

  /** Wrong bytes are no accident of the network: once is enough. */
  private void distrust(Member member) {
    observer.asked(Outcome.LIED);
    long until = System.nanoTime() + limits.distrust().toNanos();
    failing.put(member, new Failing(limits.failures(), until));
    LOG.warn(
        "the edge at {} sent wrong bytes and is left alone for {} s; see to its disk and memory",
        member.peer(),
        limits.distrust().toSeconds());
  }

  private void found(Member member) {
    failing.remove(member);
    observer.asked(Outcome.FOUND);
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

  private HttpClient client(PeerTls tls) {
    return vertx.createHttpClient(
        new HttpClientOptions()
            .setSsl(true)
            .setVerifyHost(true)
            .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .addCertValue(Buffer.buffer(tls.pair().chain()))
                    .addKeyValue(Buffer.buffer(tls.pair().key())))
            .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(tls.authorities())))
            .setConnectTimeout((int) limits.connect().toMillis()),
        new PoolOptions().setHttp1MaxSize(limits.connections()));
  }

  @Override
  public void close() {
    client.close();
  }
}
