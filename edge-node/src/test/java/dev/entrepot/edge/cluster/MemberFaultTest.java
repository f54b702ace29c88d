package dev.entrepot.edge.cluster;

import static dev.entrepot.edge.cluster.Sites.SOON;
import static dev.entrepot.edge.cluster.Sites.ask;
import static dev.entrepot.edge.cluster.Sites.bytes;
import static dev.entrepot.edge.cluster.Sites.heard;
import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.edge.cluster.ClusterObserver.Outcome;
import dev.entrepot.edge.cluster.Site.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Members in processes of their own, killed and paused. */
class MemberFaultTest {
  private static final int KEYS = 60; // enough that each member holds some
  private static final Duration LIFE = Duration.ofMinutes(5);

  @Test
  void a_killed_member_is_gone_within_seconds_and_the_others_go_on() throws IOException {
    try (Sites sites = new Sites(3);
        MemberProcess third = new MemberProcess(sites.ports.get(2), sites.ports)) {
      HazelcastSite one = sites.start(0);
      HazelcastSite other = sites.start(1);
      Sites.together(3, one, other);
      third.tell("key");
      heard(one, Kind.TAG, "key", "said key");

      third.kill();
      Eventually.within(
          Duration.ofSeconds(20),
          "gone",
          () -> one.members().size() == 2 && other.members().size() == 2);
      // A hint may be lost and is then said again at the next occasion; it is never another's.
      for (int i = 0; i < KEYS; i++) {
        String key = "later " + i;
        Eventually.within(SOON, key, () -> saidAndHeard(one, other, key));
      }
    }
  }

  private static boolean saidAndHeard(Site teller, Site asker, String key) {
    teller.tell(Kind.TAG, key, bytes("said " + key), LIFE);
    Optional<String> heard = ask(asker, Kind.TAG, key);
    heard.ifPresent(it -> assertThat(it).isEqualTo("said " + key));
    return heard.isPresent();
  }

  @Test
  void a_paused_member_keeps_nobody_waiting_and_comes_back()
      throws IOException, InterruptedException {
    try (Sites sites = new Sites(3);
        MemberProcess third = new MemberProcess(sites.ports.get(2), sites.ports)) {
      HazelcastSite one = sites.start(0);
      HazelcastSite other = sites.start(1);
      Sites.together(3, one, other);
      for (int i = 0; i < KEYS; i++) {
        String key = "key " + i;
        Eventually.within(SOON, key, () -> saidAndHeard(one, one, key));
      }
      third.pause();
      long longest = 0;
      long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      for (int i = 0; one.members().size() == 3 || other.members().size() == 3; i++) {
        assertThat(System.nanoTime()).as("found out in time").isLessThan(end);
        long start = System.nanoTime();
        ask(one, Kind.TAG, "key " + i % KEYS);
        one.tell(Kind.TAG, "meanwhile " + i % KEYS, bytes("value"), LIFE);
        longest = Math.max(longest, System.nanoTime() - start);
      }
      assertThat(Duration.ofNanos(longest))
          .as("50 ms, generously")
          .isLessThan(Duration.ofSeconds(1));
      assertThat(sites.counts.of(Outcome.LATE)).as("it did keep answers back").isPositive();
      Eventually.within(SOON, "after", () -> saidAndHeard(one, other, "after"));

      third.goOn();
      Eventually.within(
          SOON, "back", () -> one.members().size() == 3 && other.members().size() == 3);
    }
  }
}
