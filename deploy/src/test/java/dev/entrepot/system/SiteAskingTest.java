package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.loadtest.upstream.Image;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three edges of one site, each a process: whom they ask again about what they have. */
@Timeout(120)
final class SiteAskingTest {
  private static final Duration TTL = Duration.ofSeconds(2);
  private static final Duration ASKING = TTL.multipliedBy(3);
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path directory;
  private final ScriptedRegistry upstream = ScriptedRegistry.start();
  private Site site;

  @BeforeEach
  void start() {
    site =
        new Site(
                Host.PROCESSES,
                directory,
                3,
                "",
                """
                upstreams:
                  - {name: docker.io, urls: ["%1$s"]}
                  - {name: brief.example, urls: ["%1$s"], freshness: {tag: %2$ds}}
                """
                    .formatted(upstream.uri(), TTL.toSeconds()))
            .start();
  }

  @AfterEach
  void end() {
    site.close();
    upstream.close();
  }

  @Test
  void a_tag_costs_the_upstream_one_request_for_each_time_it_is_believed() throws Exception {
    Image image = upstream.contents().image("team/app", "1", 1_000);
    long begin = System.nanoTime();

    Ports.await(
        LONG,
        () -> "the time to ask is over",
        () -> {
          for (EdgeProcess edge : site.edges()) {
            Digest got = digest(edge.url() + "/v2/brief.example/team/app/manifests/1");
            assertThat(got).isEqualTo(image.manifest().digest());
          }
          return System.nanoTime() - begin > ASKING.toNanos();
        });

    long periods = Math.ceilDiv(System.nanoTime() - begin, TTL.toNanos());
    // One more: what was learnt just before the last look began is asked for just after it.
    assertThat(upstream.journal().count(it -> it.request().path().endsWith("/manifests/1")))
        .isBetween(2L, periods + 1);
  }

  @Test
  void what_an_edge_has_is_served_without_a_word_to_the_others() throws Exception {
    Image image = upstream.contents().image("library/app", "1", 1_000, 3_000_000);
    site.edges().forEach(edge -> pull(edge, image));
    double hints = settled("entrepot_cluster_hints_total");
    double peers = settled("entrepot_peer_requests_total");
    upstream.journal().clear();

    for (int n = 0; n < 20; n++) {
      site.edges().forEach(edge -> pull(edge, image));
    }

    assertThat(settled("entrepot_cluster_hints_total")).isEqualTo(hints).isPositive();
    assertThat(settled("entrepot_peer_requests_total")).isEqualTo(peers).isPositive();
    assertThat(upstream.journal().entries()).isEmpty();
  }

  /** A meter's sum over all edges, once it stays the same: telling others may come after. */
  private double settled(String meter) {
    double[] last = {-1};
    int[] same = {0};
    Ports.await(
        LONG,
        () -> meter + " stays the same",
        () -> {
          double now = site.edges().stream().mapToDouble(edge -> edge.meter(meter, "")).sum();
          same[0] = now == last[0] ? same[0] + 1 : 0;
          last[0] = now;
          return same[0] == 10;
        });
    return last[0];
  }

  private static void pull(EdgeProcess edge, Image image) {
    String base = edge.url() + "/v2/library/app";
    assertThat(digest(base + "/manifests/1")).isEqualTo(image.manifest().digest());
    for (Digest layer : image.layers().stream().map(it -> it.digest()).toList()) {
      assertThat(digest(base + "/blobs/" + layer)).isEqualTo(layer);
    }
  }

  private static Digest digest(String url) {
    try {
      return Hashes.read(url, "").digest();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
