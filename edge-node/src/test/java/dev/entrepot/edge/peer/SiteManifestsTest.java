package dev.entrepot.edge.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.Tag;
import dev.entrepot.common.tls.PemPair;
import dev.entrepot.edge.TestAuthority;
import dev.entrepot.edge.cluster.Site.Kind;
import dev.entrepot.edge.cluster.Site.Member;
import dev.entrepot.edge.origin.ManifestOrigin;
import dev.entrepot.edge.origin.Via;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom an edge asks for a manifest or what a tag means, against a real peer door. */
class SiteManifestsTest {
  private static final Repository REPOSITORY = new Repository("docker.io", "library/app");
  private static final Tag TAG = new Tag("1");
  private static final byte[] OLD = bytes("{\"old\":1}");
  private static final byte[] NEW = bytes("{\"new\":1}");
  private static final Member SELF = new Member(URI.create("https://127.0.0.1:1"));
  private static final Duration TTL = Duration.ofMinutes(5);

  @TempDir Path folder;
  private final TestAuthority authority = new TestAuthority();
  private final Vertx vertx = Vertx.vertx();
  private final List<String> upstream = new ArrayList<>();
  private Optional<Failure> away = Optional.empty();
  private Neighbour owner;
  private FixedSite site;
  private PeerClient client;
  private SiteManifests manifests;

  @BeforeEach
  void open() throws Exception {
    owner = new Neighbour(vertx, authority, folder, "owner");
    authority.issue(folder, "self", Duration.ofDays(1));
    PemPair pair =
        PemPair.read(
            folder.resolve("self.crt"), folder.resolve("self.key"), InstantSource.system());
    client =
        new PeerClient(
            vertx,
            new PeerTls(pair, bytes(authority.pem())),
            _ -> true,
            PeerLimits.STANDARD,
            new PeerObserver() {
              @Override
              public void asked(Outcome outcome) {}

              @Override
              public void received(long bytes) {}
            });
    site = new FixedSite(SELF, List.of(owner.member(), SELF));
    manifests =
        new SiteManifests(
            site, client, new Upstream(), lifetimes(), PeerLimits.STANDARD, InstantSource.system());
  }

  private static SiteManifests.Lifetimes lifetimes() {
    return new SiteManifests.Lifetimes() {
      @Override
      public Duration tag(Repository repository, Tag tag) {
        return TTL;
      }

      @Override
      public Duration acceptable(Repository repository, Tag tag) {
        return TTL;
      }

      @Override
      public Duration negative(Repository repository, Reference reference) {
        return Duration.ofSeconds(30);
      }
    };
  }

  @AfterEach
  void close() {
    client.close();
    await(vertx.close());
  }

  @Test
  void what_the_owner_says_of_a_tag_holds_and_tells_its_age() {
    owner.does(it -> answer(it, NEW, 7));

    ManifestOrigin.Fetched fetched = await(manifests.manifest(REPOSITORY, TAG));

    assertThat(fetched.bytes()).isEqualTo(NEW);
    assertThat(fetched.from().via()).isEqualTo(Via.PEER);
    assertThat(fetched.from().age()).isEqualTo(Duration.ofSeconds(7));
    assertThat(upstream).isEmpty();
  }

  @Test
  void an_owner_that_has_lost_its_upstream_is_not_asked_in_vain() {
    owner.does(it -> answer(it, OLD, 3_600));

    ManifestOrigin.Fetched fetched = await(manifests.manifest(REPOSITORY, TAG));

    assertThat(fetched.bytes()).as("this edge reaches the upstream").isEqualTo(NEW);
    assertThat(upstream).containsExactly("GET 1");
  }

  @Test
  void what_an_owner_knows_is_better_than_nothing_while_nobody_reaches_the_upstream() {
    owner.does(it -> answer(it, OLD, 3_600));
    away = Optional.of(new Failure.OriginUnreachable("docker.io", "no route"));

    ManifestOrigin.Fetched fetched = await(manifests.manifest(REPOSITORY, TAG));
    ManifestOrigin.Current current =
        await(manifests.current(REPOSITORY, TAG, Optional.of(Digest.sha256(NEW))));

    assertThat(fetched.bytes()).isEqualTo(OLD);
    assertThat(current).isInstanceOf(ManifestOrigin.Current.Changed.class);
    assertThat(current.from().age()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void that_there_is_no_such_thing_is_hearsay_from_the_owner_and_from_a_hint() {
    owner.does(it -> Neighbour.end(it, 404));
    Throwable fromOwner = failure(manifests.manifest(REPOSITORY, TAG));
    site.tell(Kind.NEGATIVE, Said.key(REPOSITORY, TAG), new byte[] {1}, Duration.ofSeconds(30));
    Throwable fromHint = failure(manifests.manifest(REPOSITORY, TAG));

    for (Throwable each : List.of(fromOwner, fromHint)) {
      assertThat(PullException.failureOf(each)).isInstanceOf(Failure.UnknownManifest.class);
      assertThat(PullException.isHearsay(each)).isTrue();
    }
    assertThat(owner.asked()).hasSize(1);
    assertThat(upstream).isEmpty();
  }

  @Test
  void that_the_upstream_throttles_the_owner_is_the_answer() {
    owner.does(it -> {
      it.response().putHeader("Content-Type", "application/json").putHeader("Retry-After", "9");
      Neighbour.end(it, 429);
    });

    assertThat(PullException.failureOf(failure(manifests.manifest(REPOSITORY, TAG))))
        .isEqualTo(new Failure.OriginBusy("docker.io", Duration.ofSeconds(9)));
    assertThat(upstream).isEmpty();
  }

  @Test
  void an_owner_with_other_bytes_than_it_names_is_passed_over() {
    owner.does(it -> {
      it.response()
          .putHeader("Content-Type", MediaType.OCI_MANIFEST.value())
          .putHeader("Docker-Content-Digest", Digest.sha256(NEW).toString());
      it.response().end(Buffer.buffer(OLD));
    });

    assertThat(await(manifests.manifest(REPOSITORY, TAG)).bytes()).isEqualTo(NEW);
    assertThat(upstream).containsExactly("GET 1");
  }

  @Test
  void what_the_site_has_said_lately_is_enough() {
    byte[] said =
        Said.manifest(new ManifestOrigin.Fetched(MediaType.OCI_MANIFEST, Digest.sha256(NEW), NEW));
    site.tell(Kind.MANIFEST, Said.key(REPOSITORY, Digest.sha256(NEW)), said, TTL);
    Instant now = Instant.now();
    site.tell(
        Kind.TAG,
        Said.key(REPOSITORY, TAG),
        Said.tag(new Said.OfTag(Digest.sha256(NEW), now.minusSeconds(60))),
        TTL);

    ManifestOrigin.Fetched fetched = await(manifests.manifest(REPOSITORY, TAG));

    assertThat(fetched.bytes()).isEqualTo(NEW);
    assertThat(fetched.from().age()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(70));
    assertThat(owner.asked()).isEmpty();
    assertThat(upstream).isEmpty();
  }

  @Test
  void a_site_that_says_nothing_in_time_is_not_waited_for() {
    site.rank(List.of(SELF));
    site.fallSilent();

    assertThat(await(manifests.manifest(REPOSITORY, TAG)).bytes()).isEqualTo(NEW);
    assertThat(upstream).containsExactly("GET 1");
  }

  @Test
  void what_the_upstream_says_is_said_to_the_site() {
    site.rank(List.of(SELF, owner.member()));

    await(manifests.manifest(REPOSITORY, TAG));

    assertThat(site.said(Kind.TAG, Said.key(REPOSITORY, TAG)).orElseThrow())
        .startsWith(Digest.sha256(NEW) + " ");
    assertThat(site.said(Kind.MANIFEST, Said.key(REPOSITORY, Digest.sha256(NEW)))).isPresent();
  }

  private static void answer(HttpServerRequest request, byte[] manifest, int age) {
    request
        .response()
        .putHeader("Content-Type", MediaType.OCI_MANIFEST.value())
        .putHeader("Docker-Content-Digest", Digest.sha256(manifest).toString())
        .putHeader("Age", String.valueOf(age))
        .end(Buffer.buffer(manifest));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Throwable failure(Future<?> future) {
    return await(future.transform(it -> Future.succeededFuture(it.cause())));
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** Has the new manifest under the tag, if it is not away. */
  private final class Upstream implements ManifestOrigin {
    @Override
    public Future<Fetched> manifest(Repository repository, Reference reference) {
      upstream.add("GET " + reference);
      return away.<Future<Fetched>>map(it -> Future.failedFuture(it.asException()))
          .orElseGet(() ->
              Future.succeededFuture(new Fetched(MediaType.OCI_MANIFEST, Digest.sha256(NEW), NEW)));
    }

    @Override
    public Future<Current> current(
        Repository repository, Reference reference, Optional<Digest> known) {
      upstream.add("HEAD " + reference);
      return away.<Future<Current>>map(it -> Future.failedFuture(it.asException()))
          .orElseGet(() -> Future.succeededFuture(new Current.Unchanged()));
    }

    @Override
    public Future<Boolean> readableByAnyone(Repository repository, Probe probe) {
      return Future.succeededFuture(true);
    }

    @Override
    public Future<TagPage> tags(
        Repository repository, Optional<Integer> limit, Optional<String> last) {
      return Future.succeededFuture(new TagPage(List.of(), Optional.empty()));
    }

    @Override
    public Future<Fetched> referrers(Repository repository, Digest digest) {
      return Future.failedFuture(
          new Failure.UnsupportedByOrigin(repository, "referrers").asException());
    }
  }
}
