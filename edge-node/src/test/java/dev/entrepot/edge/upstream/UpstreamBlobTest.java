package dev.entrepot.edge.upstream;

import static dev.entrepot.edge.upstream.TestOrigin.ALPINE;
import static dev.entrepot.edge.upstream.TestOrigin.await;
import static dev.entrepot.edge.upstream.TestOrigin.drain;
import static dev.entrepot.edge.upstream.TestOrigin.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.failure.Failure.OriginLied;
import dev.entrepot.common.failure.Failure.OriginTimeout;
import dev.entrepot.common.failure.Failure.OriginUnreachable;
import dev.entrepot.common.failure.Failure.UnknownBlob;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.edge.origin.BlobOrigin.Answer;
import dev.entrepot.edge.origin.BlobOrigin.Span;
import dev.entrepot.edge.origin.ManifestOrigin.Probe;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class UpstreamBlobTest {
  private static final byte[] BYTES = new byte[300_000];

  static {
    new Random(1).nextBytes(BYTES);
  }

  private static final Digest DIGEST = Digest.sha256(BYTES);
  private static final UpstreamSettings STALLING =
      World.QUICK.with(
          new UpstreamTimeouts(
              Duration.ofSeconds(5),
              Duration.ofSeconds(5),
              Duration.ofSeconds(5),
              Duration.ofMillis(200),
              Duration.ofSeconds(5),
              Duration.ofSeconds(10)));

  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  private static void blob(HttpServerRequest request) {
    request.response().putHeader("Content-Type", "application/octet-stream");
    if (request.method().name().equals("HEAD")) {
      request.response().putHeader("Content-Length", Integer.toString(BYTES.length)).end();
      return;
    }
    String range = request.getHeader("Range");
    if (range == null) {
      request.response().end(Buffer.buffer(BYTES));
      return;
    }
    String[] ends = range.substring("bytes=".length()).split("-", -1);
    int first = Integer.parseInt(ends[0]);
    int last = ends[1].isEmpty() ? BYTES.length - 1 : Integer.parseInt(ends[1]);
    request
        .response()
        .setStatusCode(206)
        .putHeader("Content-Range", "bytes " + first + "-" + last + "/" + BYTES.length)
        .end(Buffer.buffer(BYTES).getBuffer(first, last + 1));
  }

  @Test
  void a_whole_blob_is_asked_without_a_range() {
    TestOrigin origin = world.origin(UpstreamBlobTest::blob);

    Answer answer = await(world.open(origin.config()).fetch(ALPINE, DIGEST, Span.WHOLE));

    assertThat(answer.first()).isZero();
    assertThat(answer.total()).hasValue(BYTES.length);
    assertThat(drain(answer.body())).isEqualTo(BYTES);
    assertThat(origin.seen.getFirst().range()).isEmpty();
  }

  @Test
  void a_part_is_asked_by_range_and_checked() {
    TestOrigin origin = world.origin(UpstreamBlobTest::blob);
    Upstreams upstreams = world.open(origin.config());

    Answer middle = await(upstreams.fetch(ALPINE, DIGEST, new Span(10, OptionalLong.of(20))));
    assertThat(middle.first()).isEqualTo(10);
    assertThat(middle.total()).hasValue(BYTES.length);
    assertThat(drain(middle.body())).isEqualTo(Buffer.buffer(BYTES).getBuffer(10, 20).getBytes());

    Answer tail = await(upstreams.fetch(ALPINE, DIGEST, new Span(299_990, OptionalLong.empty())));
    assertThat(drain(tail.body())).hasSize(10);
    assertThat(origin.seen)
        .extracting(TestOrigin.Seen::range)
        .containsExactly(Optional.of("bytes=10-19"), Optional.of("bytes=299990-"));
  }

  @Test
  void an_origin_that_ignores_the_range_sends_the_whole() {
    TestOrigin origin = world.origin(request -> request.response().end(Buffer.buffer(BYTES)));

    Answer answer =
        await(world.open(origin.config()).fetch(ALPINE, DIGEST, new Span(10, OptionalLong.of(20))));

    assertThat(answer.first()).isZero();
    assertThat(drain(answer.body())).hasSize(BYTES.length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes 0-9/300000",
        "bytes 10-18/300000",
        "bytes 10-30/300000",
        "bytes 10-19/15",
        "bytes */300000",
        "rubbish"
      })
  void a_range_other_than_asked_is_a_lie(String said) {
    TestOrigin origin =
        world.origin(request ->
            request
                .response()
                .setStatusCode(206)
                .putHeader("Content-Range", said)
                .end("0123456789"));

    assertThat(
            failure(
                world
                    .open(origin.config())
                    .fetch(ALPINE, DIGEST, new Span(10, OptionalLong.of(20)))))
        .isInstanceOf(OriginLied.class);
  }

  @Test
  void a_range_that_is_refused_is_a_lie() {
    TestOrigin origin = world.origin(request -> TestOrigin.status(request, 416));

    assertThat(
            failure(
                world
                    .open(origin.config())
                    .fetch(ALPINE, DIGEST, new Span(10, OptionalLong.of(20)))))
        .isInstanceOf(OriginLied.class);
  }

  @Test
  void an_encoded_blob_is_a_lie() {
    TestOrigin origin =
        world.origin(
            request -> request.response().putHeader("Content-Encoding", "gzip").end("zzz"));

    assertThat(failure(world.open(origin.config()).fetch(ALPINE, DIGEST, Span.WHOLE)))
        .isInstanceOf(OriginLied.class);
  }

  @Test
  void a_missing_blob_is_unknown() {
    TestOrigin origin = world.origin(request -> TestOrigin.status(request, 404));
    Upstreams upstreams = world.open(origin.config());

    assertThat(failure(upstreams.fetch(ALPINE, DIGEST, Span.WHOLE)))
        .isEqualTo(new UnknownBlob(ALPINE, DIGEST));
    assertThat(failure(upstreams.size(ALPINE, DIGEST))).isEqualTo(new UnknownBlob(ALPINE, DIGEST));
  }

  @Test
  void a_size_is_asked_by_head() {
    TestOrigin origin = world.origin(UpstreamBlobTest::blob);

    assertThat(await(world.open(origin.config()).size(ALPINE, DIGEST))).isEqualTo(BYTES.length);
    assertThat(origin.seen).extracting(TestOrigin.Seen::method).containsExactly("HEAD");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 405})
  void where_head_is_refused_one_byte_tells_the_size(int refusal) {
    TestOrigin origin =
        world.origin(request -> {
          if (request.method().name().equals("HEAD")) {
            TestOrigin.status(request, refusal);
          } else {
            blob(request);
          }
        });

    assertThat(await(world.open(origin.config()).size(ALPINE, DIGEST))).isEqualTo(BYTES.length);
    assertThat(origin.seen.getLast().range()).contains("bytes=0-0");
  }

  @Test
  void a_body_that_breaks_off_fails_and_what_was_read_stays() {
    TestOrigin origin =
        world.origin(request -> {
          request.response().putHeader("Content-Length", Integer.toString(BYTES.length));
          request
              .response()
              .write(Buffer.buffer(BYTES).getBuffer(0, 1000))
              .onComplete(_ -> request.connection().close());
        });
    Answer answer = await(world.open(origin.config()).fetch(ALPINE, DIGEST, Span.WHOLE));

    long read = 0;
    OriginUnreachable broken = null;
    while (broken == null) {
      try {
        read += await(answer.body().read()).map(ByteBuf::readableBytes).orElseThrow();
      } catch (PullException e) {
        broken = (OriginUnreachable) e.failure();
      }
    }
    assertThat(read).isEqualTo(1000);
    assertThat(broken.upstream()).isEqualTo("test");
  }

  @Test
  void a_body_that_stalls_while_somebody_waits_fails_in_time() {
    TestOrigin origin =
        world.origin(request ->
            request
                .response()
                .putHeader("Content-Length", "100")
                .write(Buffer.buffer("0123456789")));
    Answer answer = await(world.open(STALLING, origin.config()).fetch(ALPINE, DIGEST, Span.WHOLE));

    assertThat(await(answer.body().read())).isPresent();
    assertThat(failure(answer.body().read())).isInstanceOf(OriginTimeout.class);
  }

  @Test
  void a_body_that_is_stopped_ends_the_waiting_read() {
    TestOrigin origin =
        world.origin(request ->
            request
                .response()
                .putHeader("Content-Length", "100")
                .write(Buffer.buffer("0123456789")));
    Answer answer = await(world.open(origin.config()).fetch(ALPINE, DIGEST, Span.WHOLE));
    await(answer.body().read());
    Future<Optional<ByteBuf>> waiting = answer.body().read();

    answer.body().cancel();
    answer.body().cancel();

    assertThat(failure(waiting)).isInstanceOf(OriginUnreachable.class);
  }

  @Test
  void a_body_that_nobody_reads_holds_its_sender_back_and_nobody_else() {
    long total = 64L << 20;
    AtomicLong unread = new AtomicLong();
    TestOrigin origin =
        world.origin(request -> {
          request.response().putHeader("Content-Length", Long.toString(total));
          boolean whole = request.getHeader("Range") == null;
          pump(request, whole ? unread : new AtomicLong(), total);
        });
    Upstreams upstreams = world.open(origin.config());
    Answer held = await(upstreams.fetch(ALPINE, DIGEST, Span.WHOLE));

    for (int i = 0; i < 3; i++) {
      Answer other = await(upstreams.fetch(ALPINE, DIGEST, new Span(1, OptionalLong.empty())));
      assertThat(count(other)).isEqualTo(total);
    }
    assertThat(unread.get()).isLessThan(total / 2);
    assertThat(count(held)).isEqualTo(total);
  }

  private static long count(Answer answer) {
    long read = 0;
    for (Optional<ByteBuf> piece = await(answer.body().read());
        piece.isPresent();
        piece = await(answer.body().read())) {
      read += piece.get().readableBytes();
      piece.get().release();
    }
    return read;
  }

  private static void pump(HttpServerRequest request, AtomicLong written, long total) {
    while (written.get() < total && !request.response().writeQueueFull()) {
      written.addAndGet(1 << 16);
      Future<Void> done = request.response().write(Buffer.buffer(new byte[1 << 16]));
      if (written.get() >= total) {
        done.onSuccess(_ -> request.response().end());
      }
    }
    if (written.get() < total) {
      request.response().drainHandler(_ -> pump(request, written, total));
    }
  }

  @Test
  void a_form_to_log_in_does_not_make_a_blob_public() {
    TestOrigin origin =
        world.origin(
            request -> request.response().putHeader("Content-Type", "text/html").end("<html>"));

    assertThat(
            failure(world.open(origin.config()).readableByAnyone(ALPINE, new Probe.OfBlob(DIGEST))))
        .isInstanceOf(OriginLied.class);
  }
}
