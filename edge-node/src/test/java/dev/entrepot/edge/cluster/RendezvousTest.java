package dev.entrepot.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.edge.cluster.Site.Member;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RendezvousTest {
  private static final int KEYS = 6_000;

  private static List<Member> members(int number) {
    return IntStream.range(0, number)
        .mapToObj(it -> new Member(URI.create("https://10.0.0." + it + ":5444")))
        .toList();
  }

  @Test
  void every_member_gets_its_share() {
    Map<Member, Integer> first = new HashMap<>();
    List<Member> members = members(5);
    for (int i = 0; i < KEYS; i++) {
      first.merge(Rendezvous.rank(members, "sha256:" + i).getFirst(), 1, Integer::sum);
    }
    assertThat(first.values()).hasSize(5).allSatisfy(it -> assertThat(it).isBetween(1_050, 1_350));
  }

  @Test
  void a_member_that_goes_moves_only_what_was_its_own() {
    List<Member> members = members(5);
    List<Member> fewer = members.subList(0, 4);
    for (int i = 0; i < KEYS; i++) {
      List<Member> before = new ArrayList<>(Rendezvous.rank(members, "key " + i));
      before.remove(members.get(4));
      assertThat(Rendezvous.rank(fewer, "key " + i)).isEqualTo(before);
    }
  }

  @Test
  void the_order_in_which_members_are_known_does_not_matter() {
    List<Member> shuffled = new ArrayList<>(members(7));
    Collections.shuffle(shuffled, new Random(1));
    assertThat(Rendezvous.rank(shuffled, "key")).isEqualTo(Rendezvous.rank(members(7), "key"));
  }

  /** Edges of different versions must agree: computed with sha256sum. */
  @Test
  void the_highest_sha256_of_key_and_member_comes_first() {
    assertThat(Rendezvous.rank(members(3), "sha256:abc").stream().map(it -> it.peer().getHost()))
        .containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.0");
  }
}
