package dev.entrepot.edge.cluster;

import static dev.entrepot.edge.cluster.Sites.SECRET;
import static dev.entrepot.edge.cluster.Sites.SOON;
import static dev.entrepot.edge.cluster.Sites.ask;
import static dev.entrepot.edge.cluster.Sites.bytes;
import static dev.entrepot.edge.cluster.Sites.heard;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.spi.exception.RetryableHazelcastException;
import dev.entrepot.common.config.ListenAddress;
import dev.entrepot.common.config.Secret;
import dev.entrepot.edge.cluster.ClusterObserver.Outcome;
import dev.entrepot.edge.cluster.Site.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What somebody can do who reaches the port, and even knows the cluster's Hazelcast name. */
class StrangerTest {
  private static final Duration LIFE = Duration.ofMinutes(5);
  private static final Seal SEAL = new Seal("entrepot", SECRET);

  /** A class that an edge has too, so that only the filter keeps it from being made. */
  private record Thing(String text) implements Serializable {}

  private static HazelcastInstance stranger(Sites sites, int index) {
    ListenAddress address = new ListenAddress("127.0.0.1", sites.ports.get(index));
    List<String> members = sites.ports.stream().map(it -> "127.0.0.1:" + it).toList();
    Config config = MemberConfig.of(SEAL.clusterName(), address, members, Duration.ofDays(1));
    config.getSerializationConfig().setJavaSerializationFilterConfig(null);
    return Hazelcast.newHazelcastInstance(config);
  }

  @Test
  void forged_hints_count_as_absent_and_members_who_prove_nothing_are_no_edges() {
    try (Sites sites = new Sites(3);
        Sentences log = Sentences.ofTheCluster()) {
      HazelcastSite one = sites.start(0);
      HazelcastSite other = sites.start(1);
      Sites.together(2, one, other);
      one.tell(Kind.TAG, "true", bytes("value"), LIFE);
      HazelcastInstance stranger = stranger(sites, 2);
      try {
        IMap<String, Object> tags = stranger.getMap(MemberConfig.map(Kind.TAG));
        Instant later = Instant.now().plus(LIFE);
        byte[] good = SEAL.seal("TAG", "true", later, bytes("value"));
        byte[] tampered = good.clone();
        tampered[tampered.length - 1] ^= 1;
        byte[] longer = good.clone();
        longer[7] ^= 1; // another end
        byte[] foreign =
            new Seal("entrepot", new Secret("another secret, also long"))
                .seal("TAG", "foreign", later, bytes("x"));
        put(tags, "unsigned", bytes("value"));
        put(tags, "empty", new byte[0]);
        put(tags, "large", new byte[1 << 20]);
        put(tags, "text", "value");
        put(tags, "number", 7);
        put(tags, "tampered", tampered);
        put(tags, "longer", longer);
        put(tags, "of another key", good);
        put(
            tags,
            "of another kind",
            SEAL.seal("NEGATIVE", "of another kind", later, bytes("value")));
        put(tags, "foreign", foreign);
        put(tags, "over", SEAL.seal("TAG", "over", Instant.now().minusMillis(1), bytes("value")));
        put(tags, "object", new Thing("text"));

        refused(sites, one, Outcome.FORGED, "unsigned", "empty", "large", "text", "number");
        refused(sites, other, Outcome.FORGED, "tampered", "longer", "of another key", "foreign");
        refused(sites, one, Outcome.FORGED, "of another kind");
        refused(sites, other, Outcome.EXPIRED, "over");
        refused(sites, one, Outcome.SKIPPED, "object");
        heard(other, Kind.TAG, "true", "value");
        assertThat(log.with("were ignored, since")).as("said rarely").hasSizeBetween(1, 2);

        put(
            stranger.getMap(MemberConfig.MEMBERS),
            stranger.getCluster().getLocalMember().getUuid().toString(),
            foreign);
        Eventually.within(SOON, "said", () -> log.with("not taken for an edge").size() == 2);
        assertThat(log.with("not taken for an edge").getFirst())
            .contains("the cluster secret differs", "" + sites.ports.get(2));
        assertThat(one.members()).hasSize(2);
        assertThat(other.ranking("key")).hasSize(2);
      } finally {
        stranger.getLifecycleService().terminate();
      }
    }
  }

  /** Sets it, once the key's partition no longer moves. */
  private static void put(IMap<String, Object> map, String key, Object value) {
    Eventually.within(
        SOON,
        key,
        () -> {
          try {
            map.set(key, value);
            return true;
          } catch (RetryableHazelcastException _) {
            return false;
          }
        });
  }

  private static void refused(Sites sites, Site site, Outcome outcome, String... keys) {
    for (String key : keys) {
      int before = sites.counts.of(outcome);
      Eventually.within(
          SOON,
          key + " is " + outcome,
          () -> {
            assertThat(ask(site, Kind.TAG, key)).as(key).isEmpty();
            return sites.counts.of(outcome) > before;
          });
    }
  }

  @Test
  void garbage_at_the_port_harms_nothing() throws IOException {
    try (Sites sites = new Sites(2);
        Sentences log = new Sentences("com.hazelcast")) {
      HazelcastSite one = sites.start(0);
      HazelcastSite other = sites.start(1);
      Sites.together(2, one, other);
      one.tell(Kind.TAG, "key", bytes("value"), LIFE);
      heard(other, Kind.TAG, "key", "value");
      int saidBefore = log.count();

      Random random = new Random(7);
      List<Socket> open = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), sites.ports.getFirst());
        open.add(socket);
        send(socket, garbage(i, random));
      }
      heard(other, Kind.TAG, "key", "value");
      heard(one, Kind.TAG, "key", "value");
      assertThat(one.members()).hasSize(2);
      assertThat(other.members()).hasSize(2);
      for (Socket socket : open) {
        socket.close();
      }
      heard(one, Kind.TAG, "key", "value");
      assertThat(log.count() - saidBefore).as("log is bounded").isLessThan(30);
    }
  }

  private static byte[] garbage(int round, Random random) {
    byte[] noise = new byte[2_000];
    random.nextBytes(noise);
    return switch (round % 5) {
      case 0 -> noise;
      case 1 ->
          "GET /hazelcast/rest/cluster HTTP/1.1\r\nHost: x\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII);
      case 2 -> ("CP2" + "x".repeat(100)).getBytes(StandardCharsets.US_ASCII); // a client
      case 3 -> {
        System.arraycopy(new byte[] {'H', 'Z', 'C'}, 0, noise, 0, 3); // a member, then noise
        yield noise;
      }
      default -> new byte[0]; // says nothing and stays
    };
  }

  private static void send(Socket socket, byte[] bytes) {
    try {
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
    } catch (IOException _) {
      // hung up on, which is fine
    }
  }
}
