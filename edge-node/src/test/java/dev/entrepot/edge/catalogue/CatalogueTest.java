package dev.entrepot.edge.catalogue;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.cache.CacheStatus.Detail;
import dev.entrepot.common.cache.CacheStatus.Outcome;
import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.PullRequest;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.Tag;
import dev.entrepot.edge.access.Permit;
import dev.entrepot.edge.access.Permits;
import dev.entrepot.edge.origin.ManifestOrigin.Fetched;
import dev.entrepot.edge.store.FixedDiskRoom;
import dev.entrepot.edge.store.RocksStore;
import dev.entrepot.edge.store.StoreConfig;
import dev.entrepot.edge.store.Table;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {
  private static final Repository ALPINE = new Repository("docker.io", "library/alpine");
  private static final Repository OTHER = new Repository("ghcr.io", "library/alpine");
  private static final Tag LATEST = new Tag("latest");
  private static final Digest LAYER = Digest.sha256("layer".getBytes(StandardCharsets.UTF_8));
  private static final Digest OTHER_LAYER =
      Digest.sha256("another layer".getBytes(StandardCharsets.UTF_8));
  private static final Digest CONFIG = Digest.sha256("config".getBytes(StandardCharsets.UTF_8));

  @TempDir Path directory;
  private final ScriptedManifests upstream = new ScriptedManifests();
  private final AtomicLong now =
      new AtomicLong(Instant.parse("2026-01-01T00:00:00Z").toEpochMilli());
  private final List<Runnable> timers = new ArrayList<>();
  private RocksStore store;
  private FixedDiskRoom disk;
  private CatalogueRoom room;
  private PinnedImages pins;
  private FreshnessRules freshness = FreshnessRules.DEFAULT;
  private boolean credentials;

  @BeforeEach
  void open() {
    store = RocksStore.open(StoreConfig.in(directory));
    disk = new FixedDiskRoom(2, 1000);
    pins = new PinnedImages(List.of(Map.entry(ALPINE, LATEST)), store.keyValues());
    assemble();
  }

  private void assemble() {
    UpstreamRules rules =
        new UpstreamRules(freshness, List.of(), UpstreamRules.Exposure.AUTO, credentials);
    room =
        CatalogueRoom.assemble(
            CatalogueConfig.of(Map.of("docker.io", rules, "ghcr.io", rules)),
            new CatalogueRoom.Ports(
                upstream,
                upstream,
                store.keyValues(),
                disk,
                (_, task) -> {
                  timers.add(task);
                  return () -> timers.remove(task);
                },
                () -> Instant.ofEpochMilli(now.get()),
                pins));
  }

  @AfterEach
  void close() {
    disk.close();
    store.close();
  }

  @Test
  void a_tag_is_fetched_once_and_served_within_its_freshness() {
    Fetched image = upstream.put(ALPINE, "latest", image(1));
    Catalogue.Manifest first = manifest(ALPINE, LATEST);
    assertThat(first.bytes().getBytes()).isEqualTo(image.bytes());
    assertThat(first.status().outcome()).isEqualTo(Outcome.MISS);
    pass(Duration.ofMinutes(4));
    Catalogue.Manifest second = manifest(ALPINE, LATEST);
    assertThat(second.status().outcome()).isEqualTo(Outcome.HIT);
    assertThat(second.status().age()).isEqualTo(Duration.ofMinutes(4));
    assertThat(upstream.journal).containsExactly("GET latest");
  }

  @Test
  void a_stale_tag_is_confirmed_without_its_bytes() {
    upstream.put(ALPINE, "latest", image(1));
    manifest(ALPINE, LATEST);
    pass(Duration.ofMinutes(6));
    assertThat(manifest(ALPINE, LATEST).status().outcome()).isEqualTo(Outcome.REVALIDATED);
    assertThat(upstream.journal).containsExactly("GET latest", "HEAD latest");
  }

  @Test
  void what_another_edge_remembers_to_be_absent_is_not_remembered_anew() {
    upstream.failByHearsay(new Failure.UnknownManifest(ALPINE, LATEST));
    assertThatThrownBy(() -> manifest(ALPINE, LATEST)).isInstanceOf(PullException.class);
    Fetched image = upstream.put(ALPINE, "latest", image(1));
    upstream.heal();

    assertThat(manifest(ALPINE, LATEST).descriptor().digest()).isEqualTo(image.digest());
  }

  @Test
  void a_tag_never_goes_back_to_what_a_neighbour_knew_before() {
    upstream.put(ALPINE, "latest", image(1));
    Fetched newer = upstream.put(ALPINE, "latest", image(2));
    manifest(ALPINE, LATEST);
    upstream.put(ALPINE, "latest", image(1)); // as an edge has it that was away meanwhile
    pass(Duration.ofMinutes(10));
    upstream.byNeighbour(Duration.ofHours(1));

    Catalogue.Manifest answer = manifest(ALPINE, LATEST);

    assertThat(answer.descriptor().digest()).isEqualTo(newer.digest());
    assertThat(answer.status().details()).contains(Detail.STALE);
    assertThat(answer.status().age()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void a_neighbour_that_has_heard_later_is_believed_and_named() {
    upstream.put(ALPINE, "latest", image(1));
    manifest(ALPINE, LATEST);
    Fetched moved = upstream.put(ALPINE, "latest", image(2));
    pass(Duration.ofMinutes(10));
    upstream.byNeighbour(Duration.ofMinutes(1));

    assertThat(manifest(ALPINE, LATEST).descriptor().digest()).isEqualTo(moved.digest());
    pass(Duration.ofMinutes(4).plusSeconds(1));
    assertThat(manifest(ALPINE, LATEST).status().details()).contains(Detail.PEER);
  }

  @Test
  void a_tag_that_has_moved_is_followed() {
    upstream.put(ALPINE, "latest", image(1));
    manifest(ALPINE, LATEST);
    Fetched moved = upstream.put(ALPINE, "latest", image(2));
    pass(Duration.ofMinutes(6));
    assertThat(manifest(ALPINE, LATEST).descriptor().digest()).isEqualTo(moved.digest());
  }

  @Test
  void thirty_days_without_the_upstream_public_content_is_served_and_marked_stale() {
    upstream.put(ALPINE, "latest", image(1));
    manifest(ALPINE, LATEST);
    upstream.fail(new Failure.OriginUnreachable("docker.io", "away"));
    pass(Duration.ofDays(30));
    assemble();
    Catalogue.Manifest served = manifest(ALPINE, LATEST);
    assertThat(served.status().details()).contains(Detail.STALE);
    assertThat(await(room.catalogue().vouch(permit(ALPINE), LAYER)).descriptor().size())
        .isEqualTo(5);
  }

  @Test
  void a_throttled_upstream_is_not_asked_again_while_something_can_be_served() {
    upstream.put(ALPINE, "latest", image(1));
    manifest(ALPINE, LATEST);
    pass(Duration.ofMinutes(6));
    upstream.fail(new Failure.OriginBusy("docker.io", Duration.ofMinutes(5)));
    manifest(ALPINE, LATEST);
    int asked = upstream.asked();
    assertThat(manifest(ALPINE, LATEST).status().details()).contains(Detail.STALE);
    assertThat(upstream.asked()).isEqualTo(asked);
  }

  @Test
  void a_slow_upstream_costs_a_client_its_budget_once_and_the_next_one_nothing() {
    upstream.put(ALPINE, "latest", image(1));
    manifest(ALPINE, LATEST);
    pass(Duration.ofMinutes(6));
    Promise<Void> held = upstream.hold();
    Future<Catalogue.Manifest> waiting = room.catalogue().manifest(permit(ALPINE), LATEST);
    awaitTimer();
    assertThat(waiting.isComplete()).isFalse();
    List.copyOf(timers).forEach(Runnable::run);
    assertThat(await(waiting).status().details()).contains(Detail.STALE);
    assertThat(manifest(ALPINE, LATEST).status().details()).contains(Detail.STALE);
    held.complete();
  }

  @Test
  void many_who_ask_at_once_are_one_question() {
    upstream.put(ALPINE, "latest", image(1));
    Promise<Void> held = upstream.hold();
    List<Future<Catalogue.Manifest>> all = new ArrayList<>();
    for (int n = 0; n < 50; n++) {
      all.add(room.catalogue().manifest(permit(ALPINE), LATEST));
    }
    awaitAsked(1);
    held.complete();
    all.forEach(CatalogueTest::await);
    assertThat(upstream.journal).containsExactly("GET latest");
    assertThat(all.stream().filter(one -> one.result().status().collapsed())).hasSize(49);
  }

  @Test
  void what_is_not_there_is_remembered_for_a_while() {
    assertThatThrownBy(() -> manifest(ALPINE, LATEST)).isInstanceOf(PullException.class);
    upstream.put(ALPINE, "latest", image(1));
    assertThatThrownBy(() -> manifest(ALPINE, LATEST)).isInstanceOf(PullException.class);
    assertThat(upstream.asked()).isEqualTo(1);
    pass(Duration.ofSeconds(31));
    assertThat(manifest(ALPINE, LATEST).status().outcome()).isEqualTo(Outcome.MISS);
  }

  @Test
  void a_deleted_tag_goes_when_the_upstream_says_so() {
    upstream.put(ALPINE, "latest", image(1));
    manifest(ALPINE, LATEST);
    upstream.delete(ALPINE, "latest");
    pass(Duration.ofMinutes(6));
    assertThatThrownBy(() -> manifest(ALPINE, LATEST))
        .isInstanceOfSatisfying(
            PullException.class,
            e -> assertThat(e.failure()).isInstanceOf(Failure.UnknownManifest.class));
  }

  @Test
  void a_blob_is_vouched_for_only_where_it_is_mentioned() {
    upstream.put(ALPINE, "latest", image(1));
    manifest(ALPINE, LATEST);
    assertThat(await(room.catalogue().vouch(permit(ALPINE), LAYER)).descriptor().size())
        .isEqualTo(5);
    int asked = upstream.asked();
    assertThatThrownBy(() -> await(room.catalogue().vouch(permit(OTHER), LAYER)))
        .isInstanceOf(PullException.class);
    assertThat(upstream.asked())
        .as("the other repository's upstream was asked")
        .isEqualTo(asked + 1);
    upstream.putBlob(OTHER, LAYER, 5);
    pass(Duration.ofSeconds(31));
    assertThat(await(room.catalogue().vouch(permit(OTHER), LAYER)).descriptor().size())
        .isEqualTo(5);
  }

  @Test
  void a_manifest_held_for_one_repository_needs_the_word_of_the_other() {
    Fetched image = upstream.put(ALPINE, "latest", image(1));
    manifest(ALPINE, LATEST);
    assertThatThrownBy(() -> await(room.catalogue().manifest(permit(OTHER), image.digest())))
        .isInstanceOf(PullException.class);
    upstream.put(OTHER, "any", image(1));
    pass(Duration.ofSeconds(31));
    assertThat(await(room.catalogue().manifest(permit(OTHER), image.digest())).bytes().getBytes())
        .isEqualTo(image.bytes());
  }

  @Test
  void tags_are_gathered_over_pages_and_served_while_the_upstream_is_away() {
    for (String tag : List.of("c", "a", "e", "b", "d")) {
      upstream.put(ALPINE, tag, image(1));
    }
    Catalogue.Tags some = tags(Optional.of(2), Optional.of("b"));
    assertThat(some.tags()).containsExactly("c", "d");
    assertThat(some.more()).isTrue();
    upstream.fail(new Failure.OriginUnreachable("docker.io", "away"));
    pass(Duration.ofHours(1));
    Catalogue.Tags all = tags(Optional.empty(), Optional.empty());
    assertThat(all.tags()).containsExactly("a", "b", "c", "d", "e");
    assertThat(all.more()).isFalse();
    assertThat(all.status().details()).contains(Detail.STALE);
  }

  @Test
  void referrers_are_filtered_by_artifact_type_and_kept() {
    Catalogue.Referrers sigs =
        await(room.catalogue().referrers(permit(ALPINE), LAYER, Optional.of("sig")));
    assertThat(sigs.filtered()).isTrue();
    assertThat(sigs.index().toString()).contains("\"sig\"").doesNotContain("sbom");
    upstream.fail(new Failure.OriginUnreachable("docker.io", "away"));
    Catalogue.Referrers all =
        await(room.catalogue().referrers(permit(ALPINE), LAYER, Optional.empty()));
    assertThat(all.index().toString()).contains("sbom");
    assertThat(all.status().outcome()).isEqualTo(Outcome.HIT);
  }

  @Test
  void referrers_fall_back_to_the_tag_schema() {
    upstream.referrersApi = false;
    Catalogue.Referrers none =
        await(room.catalogue().referrers(permit(ALPINE), LAYER, Optional.empty()));
    assertThat(none.index().toJsonObject().getJsonArray("manifests")).isEmpty();
    assertThat(upstream.journal)
        .containsExactly("REFERRERS", "GET " + LAYER.toString().replace(':', '-'));
  }

  @Test
  void with_credentials_a_repository_is_public_only_after_an_anonymous_answer() {
    credentials = true;
    assemble();
    PullRequest.OfRepository asked = new PullRequest.Manifest(ALPINE, LATEST);
    assertThat(await(room.visibility().isPublic(asked))).isFalse();
    upstream.open.add(ALPINE);
    upstream.put(ALPINE, "latest", image(1));
    assertThat(await(room.visibility().isPublic(asked))).as("remembered refusal").isFalse();
    pass(Duration.ofSeconds(31));
    assertThat(await(room.visibility().isPublic(asked))).isTrue();
    upstream.fail(new Failure.OriginUnreachable("docker.io", "away"));
    pass(Duration.ofDays(30));
    assemble();
    assertThat(await(room.visibility().isPublic(asked))).as("remembered on disk").isTrue();
  }

  @Test
  void what_our_credentials_bring_after_a_repository_was_closed_is_not_for_everyone() {
    PullRequest.OfRepository asked = known(new PullRequest.Manifest(ALPINE, LATEST));
    upstream.open.remove(ALPINE);
    Fetched secret = upstream.put(ALPINE, "latest", image(2));
    pass(Duration.ofMinutes(6));

    assertThatThrownBy(() -> await(room.catalogue().manifest(permit(ALPINE), LATEST)))
        .isInstanceOfSatisfying(
            PullException.class,
            why -> assertThat(why.failure()).isEqualTo(new Failure.Denied(ALPINE)));
    assertThat(await(room.visibility().isPublic(asked))).isFalse();
    assertThat(
            await(room.catalogue().manifest(Permits.granted(ALPINE), LATEST)).descriptor().digest())
        .isEqualTo(secret.digest());
  }

  @Test
  void what_somebody_with_a_grant_has_brought_is_not_for_everyone_either() {
    PullRequest.OfRepository asked = known(new PullRequest.Manifest(ALPINE, LATEST));
    upstream.open.remove(ALPINE);
    Fetched secret = upstream.put(ALPINE, "secret", image(2));
    upstream.putBlob(ALPINE, OTHER_LAYER, 5);
    pass(Duration.ofMinutes(1));

    assertThat(
            await(room.catalogue().vouch(Permits.granted(ALPINE), OTHER_LAYER)).descriptor().size())
        .isEqualTo(5);

    assertThat(await(room.visibility().isPublic(asked))).isFalse();
    assertThatThrownBy(() -> await(room.catalogue().vouch(permit(ALPINE), OTHER_LAYER)))
        .isInstanceOf(PullException.class);
    assertThatThrownBy(() -> await(room.catalogue().manifest(permit(ALPINE), secret.digest())))
        .isInstanceOf(PullException.class);
    assertThatThrownBy(
            () -> await(room.catalogue().tags(permit(ALPINE), Optional.empty(), Optional.empty())))
        .isInstanceOf(PullException.class);
  }

  @Test
  void nothing_new_is_given_while_the_upstream_cannot_say_whether_everyone_may_have_it() {
    PullRequest.OfRepository asked = known(new PullRequest.Manifest(ALPINE, LATEST));
    Digest old = manifest(ALPINE, LATEST).descriptor().digest();
    Fetched newer = upstream.put(ALPINE, "latest", image(2));
    upstream.failWithoutCredentials(new Failure.OriginBusy("docker.io", Duration.ofSeconds(1)));
    pass(Duration.ofMinutes(6));

    assertThat(await(room.catalogue().manifest(permit(ALPINE), LATEST)).descriptor().digest())
        .isEqualTo(old);
    assertThat(await(room.visibility().isPublic(asked))).isTrue();

    upstream.heal();
    pass(Duration.ofMinutes(6));
    assertThat(await(room.catalogue().manifest(permit(ALPINE), LATEST)).descriptor().digest())
        .isEqualTo(newer.digest());
  }

  @Test
  void the_manifests_of_one_pull_are_proved_once() {
    known(new PullRequest.Manifest(ALPINE, LATEST));
    Fetched other = upstream.put(ALPINE, "other", image(2));
    await(room.catalogue().manifest(permit(ALPINE), other.digest()));
    assertThat(upstream.journal).filteredOn(it -> it.startsWith("ANON")).hasSize(1);

    pass(Duration.ofSeconds(11));
    Fetched third = upstream.put(ALPINE, "third", image(3));
    await(room.catalogue().manifest(permit(ALPINE), third.digest()));
    await(room.catalogue().manifest(permit(ALPINE), third.digest()));
    assertThat(upstream.journal).filteredOn(it -> it.startsWith("ANON")).hasSize(2);
  }

  @Test
  void asking_for_what_is_not_there_closes_no_repository() {
    PullRequest.OfRepository asked = known(new PullRequest.Manifest(ALPINE, LATEST));
    pass(Duration.ofMinutes(1));
    await(room.catalogue().referrers(permit(ALPINE), OTHER_LAYER, Optional.empty()));
    upstream.listed = Optional.of("[]");
    upstream.listsForAnyone = false;
    pass(Duration.ofMinutes(1));
    await(room.catalogue().referrers(permit(ALPINE), LAYER, Optional.empty()));

    upstream.fail(new Failure.OriginUnreachable("docker.io", "away"));
    pass(Duration.ofSeconds(31));
    assertThat(await(room.visibility().isPublic(asked))).isTrue();
    assertThat(manifest(ALPINE, LATEST).descriptor().size()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[null]", "[1]", "[{}]", "[{\"digest\":\"md5:0\"}]", "null"})
  void a_list_of_referrers_that_names_nothing_is_proved_by_its_subject(String listed) {
    known(new PullRequest.Manifest(ALPINE, LATEST));
    upstream.open.remove(ALPINE);
    upstream.listed = Optional.of(listed);
    pass(Duration.ofMinutes(1));

    assertThatThrownBy(
            () -> await(room.catalogue().referrers(permit(ALPINE), LAYER, Optional.empty())))
        .isInstanceOfSatisfying(
            PullException.class,
            why -> assertThat(why.failure()).isEqualTo(new Failure.Denied(ALPINE)));
  }

  /** A repository that everyone can read, as an edge with an account has found out. */
  private PullRequest.OfRepository known(PullRequest.OfRepository asked) {
    credentials = true;
    assemble();
    upstream.open.add(ALPINE);
    upstream.put(ALPINE, "latest", image(1));
    assertThat(await(room.visibility().isPublic(asked))).isTrue();
    await(room.catalogue().manifest(permit(ALPINE), LATEST));
    return asked;
  }

  @Test
  void what_is_said_of_a_wildcard_holds_for_every_host_that_it_covers() {
    UpstreamRules account =
        new UpstreamRules(freshness, List.of(), UpstreamRules.Exposure.AUTO, true);
    UpstreamRules open =
        new UpstreamRules(freshness, List.of(), UpstreamRules.Exposure.PUBLIC, true);
    CatalogueConfig config =
        CatalogueConfig.of(Map.of("*.dev", open, "*.pkg.dev", account, "eu.pkg.dev", open));
    assertThat(config.upstream("us.pkg.dev")).isEqualTo(account);
    assertThat(config.upstream("eu.pkg.dev")).isEqualTo(open);
    assertThat(config.upstream("other.dev")).isEqualTo(open);
  }

  @Test
  void refusals_of_strangers_questions_leave_nothing_on_disk() {
    credentials = true;
    assemble();
    PullRequest.OfRepository asked = new PullRequest.Manifest(ALPINE, LATEST);
    assertThat(await(room.visibility().isPublic(asked))).isFalse();
    List<byte[]> kept = new ArrayList<>();
    store
        .keyValues()
        .scan(
            Table.REPOSITORIES,
            new byte[0],
            (key, _) -> {
              kept.add(key);
              return true;
            });
    assertThat(kept).isEmpty();
  }

  @Test
  void the_blobs_of_a_pinned_tag_are_pinned() {
    upstream.put(ALPINE, "latest", image(1));
    assertThat(pins.isPinned(LAYER)).isFalse();
    manifest(ALPINE, LATEST);
    assertThat(pins.isPinned(LAYER)).isTrue();
    assertThat(pins.isPinned(CONFIG)).isTrue();
  }

  @Test
  void an_upstream_that_is_offline_by_configuration_is_never_asked() {
    freshness =
        new FreshnessRules(
            Duration.ofMinutes(5),
            Duration.ZERO,
            FreshnessRules.UNLIMITED,
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            true,
            false);
    assemble();
    upstream.put(ALPINE, "latest", image(1));
    assertThatThrownBy(() -> manifest(ALPINE, LATEST)).isInstanceOf(PullException.class);
    assertThat(upstream.asked()).isZero();
  }

  private Catalogue.Manifest manifest(Repository repository, Tag tag) {
    return await(room.catalogue().manifest(permit(repository), tag));
  }

  private Catalogue.Tags tags(Optional<Integer> limit, Optional<String> last) {
    return await(room.catalogue().tags(permit(ALPINE), limit, last));
  }

  private void pass(Duration time) {
    now.addAndGet(time.toMillis());
  }

  private void awaitTimer() {
    awaitThat(() -> !timers.isEmpty());
  }

  private void awaitAsked(int count) {
    awaitThat(() -> upstream.asked() >= count);
  }

  private static void awaitThat(java.util.function.BooleanSupplier condition) {
    long end = System.nanoTime() + SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static Permit permit(Repository repository) {
    return Permits.forEveryone(repository);
  }

  private static String image(int version) {
    return """
    {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
    "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":6},\
    "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":5}],\
    "annotations":{"version":"%d"}}\
    """
        .formatted(CONFIG, LAYER, version);
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
