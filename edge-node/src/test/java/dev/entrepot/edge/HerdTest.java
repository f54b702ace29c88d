package dev.entrepot.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.loadtest.upstream.Image;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** U13: a hundred clients ask for one cold blob of 200 MB from an upstream that sends 4 MB/s. */
class HerdTest {
  private static final long SIZE = 200_000_000;
  private static final int CLIENTS = 100;

  @TempDir Path directory;

  @Test
  @Timeout(240)
  void a_herd_costs_the_upstream_one_blob() throws Exception {
    try (ScriptedRegistry upstream = ScriptedRegistry.start();
        TestEdge edge = TestEdge.start(directory, TestEdge.hub(upstream.uri()));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Image image = upstream.contents().image("library/big", "1", SIZE);
      Digest layer = image.layers().getFirst().digest();
      assertThat(edge.get("/v2/big/manifests/1").status()).isEqualTo(200);
      upstream.bandwidth(4_000_000);
      Memory memory = new Memory();
      List<Future<Digest>> pulls = new ArrayList<>();
      for (int n = 0; n < CLIENTS; n++) {
        pulls.add(threads.submit(() -> edge.digestOf("/v2/big/blobs/" + layer)));
      }
      for (Future<Digest> pull : pulls) {
        memory.look();
        assertThat(pull.get()).isEqualTo(layer);
      }
      assertThat(upstream.journal().bodyBytes(layer)).isEqualTo(SIZE);
      assertThat(upstream.journal().rangesAskedTwice(layer)).isEmpty();
      assertThat(memory.mostOffHeap())
          .as("buffers off the heap, for the fill and a hundred readers, at most")
          .isLessThan(64L << 20);
    }
  }

  /** What Netty's pools hold; the clients of this test live on the heap. */
  private static final class Memory {
    private final AtomicLong most = new AtomicLong();

    void look() {
      long now = io.netty.buffer.PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
      most.accumulateAndGet(now, Math::max);
    }

    long mostOffHeap() {
      return most.get();
    }
  }
}
