package dev.entrepot.edge.cluster;

import static dev.entrepot.edge.cluster.Sites.SOON;
import static dev.entrepot.edge.cluster.Sites.ask;
import static dev.entrepot.edge.cluster.Sites.await;
import static dev.entrepot.edge.cluster.Sites.bytes;
import static dev.entrepot.edge.cluster.Sites.heard;
import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.config.Secret;
import dev.entrepot.edge.cluster.ClusterObserver.Outcome;
import dev.entrepot.edge.cluster.Site.Kind;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Real members on loopback, in one process. */
class HazelcastSiteTest {
  private static final Duration LIFE = Duration.ofMinutes(5);

  @Test
  void three_edges_share_what_one_of_them_says() {
    try (Sites sites = new Sites(3)) {
      HazelcastSite a = sites.start(0);
      HazelcastSite b = sites.start(1);
      HazelcastSite c = sites.start(2);
      Sites.together(3, a, b, c);

      assertThat(new HashSet<>(a.members())).isEqualTo(new HashSet<>(c.members()));
      assertThat(a.ranking("sha256:1")).isEqualTo(b.ranking("sha256:1")).hasSize(3);
      for (int i = 0; i < 30; i++) {
        told(a, "key " + i, "value " + i);
      }
      for (int i = 0; i < 30; i++) {
        heard(b, Kind.TAG, "key " + i, "value " + i);
        heard(c, Kind.TAG, "key " + i, "value " + i);
      }
      assertThat(ask(b, Kind.NEGATIVE, "key 1")).as("kinds are apart").isEmpty();

      // Like all that is said, it may be lost while partitions move.
      Eventually.within(
          SOON,
          "taken back",
          () -> {
            b.forget(Kind.TAG, "key 1");
            return ask(c, Kind.TAG, "key 1").isEmpty();
          });
      heard(c, Kind.TAG, "key 2", "value 2");
      assertThat(sites.counts.of(Outcome.FORGED)).isZero();
    }
  }

  @Test
  void an_edge_that_starts_first_serves_alone_and_is_joined_later() {
    try (Sites sites = new Sites(2)) {
      HazelcastSite first = sites.start(0);
      assertThat(first.members()).containsExactly(first.self());
      assertThat(ask(first, Kind.TAG, "key")).isEmpty();
      first.tell(Kind.TAG, "key", bytes("too early"), LIFE);
      assertThat(sites.counts.untold.get()).as("nobody there to tell").isEqualTo(1);
      told(first, "key", "value");

      HazelcastSite second = sites.start(1);
      Sites.together(2, first, second);
      heard(second, Kind.TAG, "key", "value");
    }
  }

  /** Says it until it is known, since a member that is just starting is not told. */
  private static void told(HazelcastSite site, String key, String value) {
    Eventually.within(
        SOON,
        "told",
        () -> {
          site.tell(Kind.TAG, key, bytes(value), LIFE);
          return ask(site, Kind.TAG, key).equals(Optional.of(value));
        });
  }

  @Test
  void an_answer_comes_on_the_context_that_asked() {
    Vertx vertx = Vertx.vertx();
    try (Sites sites = new Sites(1)) {
      HazelcastSite site = sites.start(0);
      told(site, "key", "value");
      Context context = vertx.getOrCreateContext();
      Promise<Boolean> here = Promise.promise();
      context.runOnContext(_ ->
          site.hint(Kind.TAG, "key")
              .onComplete(_ -> here.complete(context.equals(Vertx.currentContext()))));
      assertThat(await(here.future())).isTrue();
    } finally {
      await(vertx.close());
    }
  }

  @Test
  void what_is_told_for_a_while_is_gone_afterwards() {
    try (Sites sites = new Sites(1)) {
      HazelcastSite site = sites.start(0);
      told(site, "key", "value");
      site.tell(Kind.TAG, "key", bytes("value"), Duration.ofSeconds(1));
      Eventually.within(SOON, "over", () -> ask(site, Kind.TAG, "key").isEmpty());
    }
  }

  @Test
  void nothing_too_large_is_told() {
    try (Sites sites = new Sites(1)) {
      HazelcastSite site = sites.start(0);
      told(site, "key", "value");
      int before = sites.counts.untold.get();
      site.tell(Kind.TAG, "large", new byte[HintLimits.STANDARD.otherBytes() + 1], LIFE);
      site.tell(Kind.MANIFEST, "large", new byte[HintLimits.STANDARD.manifestBytes() + 1], LIFE);
      assertThat(sites.counts.untold.get()).isEqualTo(before + 2);
      site.tell(Kind.MANIFEST, "full", new byte[HintLimits.STANDARD.manifestBytes()], LIFE);
      Eventually.within(SOON, "told", () -> await(site.hint(Kind.MANIFEST, "full")).isPresent());
    }
  }

  @Test
  void a_map_never_holds_more_than_its_share_of_memory() {
    try (Sites sites = new Sites(1)) {
      HazelcastSite site = sites.start(0);
      told(site, "key", "value");
      int number = 1_000;
      byte[] value = new byte[16 << 10]; // 16 MiB in all, of which 8 are kept
      for (int i = 0; i < number; i++) {
        site.tell(Kind.FILL, "key " + i, value, LIFE);
      }
      site.tell(Kind.TAG, "last", bytes("told in order"), LIFE);
      heard(site, Kind.TAG, "last", "told in order");
      int kept = 0;
      for (int i = 0; i < number; i++) {
        kept += await(site.hint(Kind.FILL, "key " + i)).isPresent() ? 1 : 0;
      }
      assertThat(kept).isBetween(100, 650);
    }
  }

  @Test
  void closing_is_prompt_and_the_others_see_it() {
    try (Sites sites = new Sites(2)) {
      HazelcastSite stays = sites.start(0);
      HazelcastSite goes = sites.start(1);
      Sites.together(2, stays, goes);
      long start = System.nanoTime();
      goes.close();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      assertThat(goes.members()).containsExactly(goes.self());
      assertThat(ask(goes, Kind.TAG, "key")).isEmpty();
      goes.tell(Kind.TAG, "key", bytes("value"), LIFE);
      goes.close();
      Eventually.within(
          Duration.ofSeconds(10), "seen to be gone", () -> stays.members().size() == 1);
    }
  }

  @Test
  void closing_while_it_joins_leaves_no_member_behind() throws IOException {
    try (Sites sites = new Sites(1)) {
      sites.start(0).close();
      Eventually.within(SOON, "its port is free", () -> isFree(sites.ports.getFirst()));
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  @Test
  void a_taken_port_is_said_once_and_the_edge_joins_when_it_is_free() throws IOException {
    try (Sites sites = new Sites(2);
        Sentences log = Sentences.ofTheCluster()) {
      HazelcastSite other = sites.start(1);
      ServerSocket taken =
          new ServerSocket(sites.ports.getFirst(), 1, InetAddress.getLoopbackAddress());
      HazelcastSite site = sites.start(0);
      Eventually.within(SOON, "said", () -> !log.with("cannot be joined").isEmpty());
      assertThat(log.with("cannot be joined").getFirst())
          .contains(
              "127.0.0.1:" + sites.ports.getFirst(), "serves alone", "port is free", "in use");
      assertThat(ask(site, Kind.TAG, "key")).isEmpty();
      assertThat(site.ranking("key")).containsExactly(site.self());
      taken.close();
      Sites.together(2, site, other);
      assertThat(log.with("cannot be joined")).hasSize(1);
    }
  }

  @Test
  void an_edge_with_another_secret_shares_nothing_and_that_is_said() {
    try (Sites sites = new Sites(2);
        Sentences log = Sentences.ofTheCluster()) {
      HazelcastSite one = sites.start(0);
      HazelcastSite other = sites.start(1, new Secret("another secret, also long"));
      told(one, "key", "value");
      told(other, "key", "another value");
      heard(one, Kind.TAG, "key", "value");
      assertThat(one.members()).containsExactly(one.self());
      assertThat(other.members()).containsExactly(other.self());
      Eventually.within(SOON, "said", () -> log.with("the cluster secret differs").size() == 2);
      assertThat(log.with("the cluster secret differs").getFirst())
          .contains("make cluster.secret")
          .doesNotContain("another secret", Sites.SECRET.reveal());
    }
  }
}
