package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.loadtest.upstream.Fault;
import dev.entrepot.loadtest.upstream.Hold;
import dev.entrepot.loadtest.upstream.Image;
import dev.entrepot.loadtest.upstream.Match;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code kill -9} costs: at most the cell under way, and never a wrong byte. */
final class CrashTest {
  private static final long CELL = 64L << 20;
  private static final long SIZE = 3 * CELL - 5_000_000;

  @TempDir Path directory;

  /** R11 and G6. */
  @Test
  void a_fill_that_was_killed_goes_on_from_its_durable_cells() throws Exception {
    try (ScriptedRegistry upstream = ScriptedRegistry.start();
        EdgeProcess edge = new EdgeProcess(directory, hub(upstream));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Image image = upstream.contents().image("library/big", "1", SIZE);
      Digest layer = image.layers().getFirst().digest();
      edge.start();
      read(edge.url() + "/v2/big/manifests/1");
      Hold hold = new Hold();
      upstream
          .faults()
          .on(
              Match.blob(layer).method("GET").first(1),
              Fault.stallAfter(2 * CELL + (20 << 20), hold));
      Future<?> pull = threads.submit(() -> tryRead(edge.url() + "/v2/big/blobs/" + layer));
      hold.awaitArrivals(1, Duration.ofSeconds(60));
      awaitStored(edge, 2 * CELL);
      edge.kill();
      pull.get();
      hold.release();
      upstream.journal().awaitQuiet(Duration.ofSeconds(10));
      upstream.heal();
      upstream.journal().clear();

      edge.start();
      long before = System.nanoTime();
      assertThat(read(edge.url() + "/v2/big/manifests/1")).isEqualTo(image.manifest().digest());
      assertThat(System.nanoTime() - before).isLessThan(Duration.ofSeconds(2).toNanos());
      assertThat(read(edge.url() + "/v2/big/blobs/" + layer)).isEqualTo(layer);
      assertThat(upstream.journal().bodyBytes(layer)).isEqualTo(SIZE - 2 * CELL);
    }
  }

  /** Killed at each step of storing and of evicting: repaired at start, and nothing is lost. */
  @ParameterizedTest
  @ValueSource(strings = {"cell-begun", "cell-ingested", "cell-recorded", "cells-dropped"})
  void a_crash_at_any_step_is_repaired_at_start(String step) throws Exception {
    try (ScriptedRegistry upstream = ScriptedRegistry.start();
        EdgeProcess edge = new EdgeProcess(directory, hub(upstream))) {
      Image small = upstream.contents().image("library/small", "1", 3 << 20, 4_000);
      Image big = upstream.contents().image("library/big", "1", CELL + (5 << 20));
      Digest kept = small.layers().getFirst().digest();
      Digest layer = big.layers().getFirst().digest();
      edge.start();
      read(edge.url() + "/v2/small/manifests/1");
      read(edge.url() + "/v2/big/manifests/1");
      assertThat(read(edge.url() + "/v2/small/blobs/" + kept)).isEqualTo(kept);
      edge.stop();
      if (step.equals("cells-dropped")) {
        upstream.faults().on(Match.blob(layer).first(1), Fault.flip(10)); // wrong bytes are dropped
      }
      edge.start("-Dentrepot.kill-point=" + step);
      tryRead(edge.url() + "/v2/big/blobs/" + layer);
      awaitEnd(edge);
      upstream.heal();

      edge.start();
      assertThat(read(edge.url() + "/v2/big/blobs/" + layer)).isEqualTo(layer);
      upstream.refuseConnections();
      assertThat(read(edge.url() + "/v2/small/blobs/" + kept)).isEqualTo(kept);
      assertThat(edge.meter("entrepot_store_bytes", ""))
          .as("nothing is left over on disk")
          .isLessThan(CELL + (9 << 20));
    }
  }

  private static String hub(ScriptedRegistry upstream) {
    return "upstreams: [{name: docker.io, urls: [\"" + upstream.uri() + "\"]}]";
  }

  private static void awaitStored(EdgeProcess edge, long bytes) {
    await(() -> edge.meter("entrepot_store_bytes", "") >= bytes);
  }

  private static void awaitEnd(EdgeProcess edge) {
    await(() -> !edge.isAlive());
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static void tryRead(String url) {
    try {
      read(url);
    } catch (IOException _) {
      // the edge has gone, as it should
    }
  }

  private static Digest read(String url) throws IOException {
    MessageDigest hash = Digest.Algorithm.SHA256.hasher();
    try (InputStream body = URI.create(url).toURL().openStream()) {
      byte[] buffer = new byte[64 << 10];
      for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
        hash.update(buffer, 0, count);
      }
    }
    return Digest.of(Digest.Algorithm.SHA256, hash.digest());
  }
}
