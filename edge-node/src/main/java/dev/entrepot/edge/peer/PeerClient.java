package dev.entrepot.edge.peer;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.cluster.Site.Member;
import dev.entrepot.edge.origin.BlobOrigin.Answer;
import dev.entrepot.edge.origin.BlobOrigin.Span;
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
import java.util.Map;
import java.util.Optional;
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
  record Told(MediaType type, Digest digest, byte[] bytes, Duration age) {}

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

  Future<Answer> blob(Member member, Repository repository, Digest digest, Span span) {
    boolean whole = span.first() == 0 && span.end().isEmpty();
    Optional<String> range =
        whole
            ? Optional.empty()
            : Optional.of("bytes=" + span.first() + "-" + lastByte(span.end()));
    return ask(member, HttpMethod.GET, path(repository, "blobs", digest.toString()), range)
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
            how -> rest(member, how),
            observer::received);
    body.begin();
    return Future.succeededFuture(new Answer(first, total, body));
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
    return ask(
            member,
            HttpMethod.GET,
            path(repository, "manifests", reference.toString()),
            Optional.empty())
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

  private Future<HttpClientResponse> ask(
      Member member, HttpMethod method, String path, Optional<String> range) {
    URI at = member.peer();
    RequestOptions options =
        new RequestOptions()
            .setMethod(method)
            .setHost(at.getHost())
            .setPort(at.getPort())
            .setURI(path)
            .setConnectTimeout(limits.connect().toMillis())
            .setTimeout(limits.answer().toMillis())
            .putHeader(HOP, "1")
            .putHeader("Accept", "*/*");
    range.ifPresent(it -> options.putHeader("Range", it));
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
