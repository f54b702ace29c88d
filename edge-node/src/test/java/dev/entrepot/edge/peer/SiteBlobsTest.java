package dev.entrepot.edge.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.tls.PemPair;
import dev.entrepot.edge.TestAuthority;
import dev.entrepot.edge.cluster.Site.Kind;
import dev.entrepot.edge.cluster.Site.Member;
import dev.entrepot.edge.origin.BlobOrigin;
import dev.entrepot.edge.origin.BlobOrigin.Answer;
import dev.entrepot.edge.origin.BlobOrigin.Span;
import dev.entrepot.edge.origin.Body;
import dev.entrepot.edge.origin.Via;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom an edge asks for a blob, against real peer doors over mutual TLS. */
class SiteBlobsTest {
  private static final Repository REPOSITORY = new Repository("docker.io", "library/app");
  private static final byte[] BYTES = "the bytes of a blob".getBytes(StandardCharsets.UTF_8);
  private static final Digest DIGEST = Digest.sha256(BYTES);
  private static final String PATH = "/v2/library/app/blobs/" + DIGEST;
  private static final Member SELF = new Member(URI.create("https://127.0.0.1:1"));
  private static final PeerLimits LIMITS =
      new PeerLimits(
          Duration.ofSeconds(3),
          Duration.ofSeconds(3),
          Duration.ofMillis(300),
          Duration.ofMillis(300),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          8,
          3,
          Duration.ofMinutes(1),
          Duration.ofMinutes(10),
          2,
          Duration.ofSeconds(1),
          4 << 20);

  @TempDir Path folder;
  private final TestAuthority authority = new TestAuthority();
  private final Vertx vertx = Vertx.vertx();
  private final List<Span> upstream = new ArrayList<>();
  private Predicate<String> edges = _ -> true;
  private Neighbour first;
  private Neighbour second;
  private FixedSite site;
  private PeerClient client;
  private SiteBlobs blobs;

  @BeforeEach
  void open() throws Exception {
    first = new Neighbour(vertx, authority, folder, "first");
    second = new Neighbour(vertx, authority, folder, "second");
    authority.issue(folder, "self", Duration.ofDays(1));
    PemPair pair =
        PemPair.read(
            folder.resolve("self.crt"), folder.resolve("self.key"), InstantSource.system());
    client =
        new PeerClient(
            vertx,
            new PeerTls(pair, authority.pem().getBytes(StandardCharsets.US_ASCII)),
            it -> edges.test(it.getSubjectX500Principal().getName()),
            LIMITS,
            new PeerObserver() {
              @Override
              public void asked(Outcome outcome) {}

              @Override
              public void received(long bytes) {}
            });
    site = new FixedSite(SELF, List.of(SELF, first.member(), second.member()));
    blobs = new SiteBlobs(site, client, LIMITS, new Upstream());
  }

  @AfterEach
  void close() {
    client.close();
    await(vertx.close());
  }

  @Test
  void the_owner_asks_the_one_who_said_that_it_holds_the_blob() {
    second.serves(BYTES);
    site.tell(Kind.HOLDERS, DIGEST.toString(), name(second), Duration.ofMinutes(1));

    Answer answer = fetch(Span.WHOLE);

    assertThat(answer.via()).isEqualTo(Via.PEER);
    assertThat(read(answer)).isEqualTo(BYTES);
    assertThat(second.asked()).containsExactly(PATH + " only-if-cached - 1");
    assertThat(upstream).isEmpty();
  }

  @Test
  void an_edge_that_has_become_the_owner_asks_the_owner_before_it_without_any_hint() {
    first.serves(BYTES);

    assertThat(read(fetch(Span.WHOLE))).isEqualTo(BYTES);

    assertThat(first.asked()).containsExactly(PATH + " only-if-cached - 1");
    assertThat(upstream).isEmpty();
  }

  @Test
  void a_neighbour_that_has_not_got_it_is_asked_again_over_the_same_connection() {
    first.does(it -> it.response().setStatusCode(504).end("x".repeat(300)));

    for (int n = 0; n < 3; n++) {
      assertThat(read(fetch(Span.WHOLE))).isEqualTo(BYTES);
    }

    assertThat(first.asked()).hasSize(3);
    assertThat(first.connections()).isOne();
    assertThat(second.connections()).isOne();
  }

  @Test
  void what_no_neighbour_holds_comes_from_the_upstream() {
    Answer answer = fetch(Span.WHOLE);

    assertThat(answer.via()).isEqualTo(Via.UPSTREAM);
    assertThat(read(answer)).isEqualTo(BYTES);
    assertThat(first.asked()).containsExactly(PATH + " only-if-cached - 1");
    assertThat(second.asked()).isEqualTo(first.asked());
  }

  @Test
  void an_edge_that_is_not_the_owner_lets_the_owner_bring_the_blob() {
    site.rank(List.of(first.member(), SELF, second.member()));
    first.serves(BYTES);

    assertThat(read(fetch(Span.WHOLE))).isEqualTo(BYTES);

    assertThat(first.asked()).containsExactly(PATH + " - - 1");
    assertThat(upstream).isEmpty();
  }

  @Test
  void a_hint_that_names_a_stranger_or_this_edge_itself_is_followed_nowhere() {
    for (String named : List.of("https://203.0.113.7:1", SELF.peer().toString(), "no address")) {
      site.tell(Kind.HOLDERS, DIGEST.toString(), bytes(named), Duration.ofMinutes(1));
      assertThat(fetch(Span.WHOLE).via()).isEqualTo(Via.UPSTREAM);
    }
  }

  @Test
  void who_sent_wrong_bytes_is_not_asked_again() {
    site.rank(List.of(first.member(), SELF));
    first.serves(bytes("the bytes of a bloc"));
    Answer answer = fetch(Span.WHOLE);
    read(answer);

    answer.body().wrong();

    assertThat(fetch(Span.WHOLE).via()).isEqualTo(Via.UPSTREAM);
    assertThat(first.asked()).hasSize(1);
    assertThat(blobs.isMine(DIGEST)).isTrue();
  }

  @Test
  void a_neighbour_that_stops_in_the_middle_is_left_alone_and_the_rest_comes_from_the_next() {
    site.rank(List.of(first.member(), second.member(), SELF));
    first.does(it -> {
      if (it.path().equals(PATH)) {
        it.response().putHeader("Content-Length", String.valueOf(BYTES.length));
        it.response().write(Buffer.buffer("the by"));
      } // and nothing is answered any more, not even whether it lives
    });
    Body stalled = fetch(Span.WHOLE).body();
    assertThat(await(stalled.read())).isPresent();
    assertThatThrownBy(() -> await(stalled.read())).hasMessageContaining("does not live");
    second.does(it -> {
      it.response().setStatusCode(206).putHeader("Content-Range", "bytes 6-18/19");
      it.response().end(Buffer.buffer("tes of a blob"));
    });

    Answer rest = fetch(new Span(6, OptionalLong.empty()));

    assertThat(rest.first()).isEqualTo(6);
    assertThat(rest.total()).hasValue(19);
    assertThat(read(rest)).asString().isEqualTo("tes of a blob");
    assertThat(second.asked()).containsExactly(PATH + " - bytes=6- 1");
  }

  @Test
  void a_neighbour_that_lives_is_waited_for_before_its_head_and_in_the_middle() {
    site.rank(List.of(first.member(), SELF));
    first.does(it -> {
      if (it.path().equals(PATH)) {
        vertx.setTimer(1_000, _ -> begin(it));
      } else {
        Neighbour.end(it, 421);
      }
    });

    assertThat(read(fetch(Span.WHOLE))).isEqualTo(BYTES);

    assertThat(first.asked()).contains("/v2/ - - 1");
    assertThat(upstream).isEmpty();
  }

  private void begin(HttpServerRequest request) {
    request.response().putHeader("Content-Length", String.valueOf(BYTES.length));
    request.response().write(Buffer.buffer(BYTES).slice(0, 6));
    vertx.setTimer(1_000, _ -> request.response().end(Buffer.buffer(BYTES).slice(6, BYTES.length)));
  }

  @Test
  void who_has_no_certificate_of_an_edge_is_not_believed() {
    site.rank(List.of(first.member(), SELF));
    first.serves(BYTES);
    edges = "CN=second"::equals;

    assertThat(fetch(Span.WHOLE).via()).isEqualTo(Via.UPSTREAM);
    assertThat(fetch(Span.WHOLE).via()).isEqualTo(Via.UPSTREAM);

    assertThat(first.asked()).hasSize(1);
  }

  @Test
  void that_the_upstream_throttles_the_owner_is_the_answer_and_no_fault_of_the_owner() {
    site.rank(List.of(first.member(), SELF));
    first.does(it -> {
      it.response().putHeader("Content-Type", "application/json").putHeader("Retry-After", "7");
      Neighbour.end(it, 429);
    });

    for (int n = 0; n < 5; n++) {
      assertThatThrownBy(() -> fetch(Span.WHOLE))
          .satisfies(why ->
              assertThat(PullException.failureOf(why.getCause()))
                  .isEqualTo(new Failure.OriginBusy("docker.io", Duration.ofSeconds(7))));
    }

    assertThat(first.asked()).hasSize(5);
    assertThat(upstream).isEmpty();
  }

  @Test
  void an_owner_whose_upstream_is_away_is_no_bad_owner_but_this_edge_tries_for_itself() {
    site.rank(List.of(first.member(), SELF));
    first.does(it -> {
      it.response().putHeader("Content-Type", "application/json");
      Neighbour.end(it, 502);
    });

    for (int n = 0; n < 5; n++) {
      assertThat(fetch(Span.WHOLE).via()).isEqualTo(Via.UPSTREAM);
    }

    assertThat(first.asked()).hasSize(5);
  }

  @Test
  void one_who_fails_again_and_again_is_left_alone() {
    site.rank(List.of(first.member(), SELF));
    first.does(it -> Neighbour.end(it, 500));

    for (int n = 0; n < 5; n++) {
      assertThat(fetch(Span.WHOLE).via()).isEqualTo(Via.UPSTREAM);
    }

    assertThat(first.asked()).hasSize(LIMITS.failures());
  }

  @Test
  void what_an_edge_has_come_to_hold_and_what_it_brings_is_said_to_the_site() {
    blobs.kept(DIGEST);
    assertThat(site.said(Kind.HOLDERS, DIGEST.toString())).hasValue(SELF.peer().toString());

    fetch(Span.WHOLE);
    assertThat(site.said(Kind.FILL, DIGEST.toString())).hasValue(SELF.peer().toString());
  }

  private Answer fetch(Span span) {
    return await(blobs.fetch(REPOSITORY, DIGEST, span));
  }

  private static byte[] name(Neighbour neighbour) {
    return bytes(neighbour.member().peer().toString());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] read(Answer answer) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (true) {
      Optional<ByteBuf> piece = await(answer.body().read());
      if (piece.isEmpty()) {
        return out.toByteArray();
      }
      byte[] copy = new byte[piece.get().readableBytes()];
      piece.get().readBytes(copy);
      piece.get().release();
      out.writeBytes(copy);
    }
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** Has the blob, and writes down what it is asked for. */
  private final class Upstream implements BlobOrigin {
    @Override
    public Future<Long> size(Repository repository, Digest digest) {
      return Future.succeededFuture((long) BYTES.length);
    }

    @Override
    public Future<Answer> fetch(Repository repository, Digest digest, Span span) {
      upstream.add(span);
      int from = (int) span.first();
      Queue<ByteBuf> pieces = new ArrayDeque<>();
      pieces.add(Unpooled.copiedBuffer(BYTES, from, BYTES.length - from));
      Body body =
          new Body() {
            @Override
            public Future<Optional<ByteBuf>> read() {
              return Future.succeededFuture(Optional.ofNullable(pieces.poll()));
            }

            @Override
            public void cancel() {}
          };
      return Future.succeededFuture(
          new Answer(from, OptionalLong.of(BYTES.length), Via.UPSTREAM, body));
    }
  }
}
