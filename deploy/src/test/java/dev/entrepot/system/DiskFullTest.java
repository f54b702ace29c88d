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
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that somebody else fills up: hits go on, misses pass through, and it heals by itself. */
final class DiskFullTest {
  private static final Duration QUICK = Duration.ofSeconds(20);

  @TempDir Path directory;
  private Path disk;

  @BeforeEach
  void mount() throws IOException {
    Programs.needRoot();
    disk = Files.createDirectories(directory.resolve("edge"));
    String mount = Programs.need("mount", "mount");
    Running.run(
        directory, QUICK, mount, "-t", "tmpfs", "-o", "size=256m", "entrepot", disk.toString());
  }

  @AfterEach
  void unmount() {
    Running.run(directory, QUICK, Programs.need("umount", "mount"), "--lazy", disk.toString());
  }

  @Test
  void a_disk_that_fills_up_in_the_middle_of_a_fill_costs_nobody_a_pull() throws Exception {
    try (ScriptedRegistry upstream = ScriptedRegistry.start();
        EdgeProcess edge =
            new EdgeProcess(
                disk, "upstreams: [{name: docker.io, urls: [\"" + upstream.uri() + "\"]}]");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Image held = upstream.contents().image("library/held", "1", 3 << 20, 4_000);
      Image missing = upstream.contents().image("library/missing", "1", 100 << 20);
      Image later = upstream.contents().image("library/later", "1", 20 << 20);
      edge.start();
      pull(edge, "held", held);
      Hold hold = new Hold();
      Digest layer = missing.layers().getFirst().digest();
      upstream.faults().on(Match.blob(layer).method("GET"), Fault.stallAfter(30 << 20, hold));
      Future<?> filling = threads.submit(() -> pull(edge, "missing", missing));
      hold.awaitArrivals(1, Duration.ofSeconds(20));
      Path filler = fillUp();
      hold.release();
      filling.get();
      pull(edge, "held", held);

      Files.delete(filler);
      upstream.heal();
      awaitStored(edge, later);
      upstream.refuseConnections();
      pull(edge, "later", later);
      pull(edge, "held", held);
    }
  }

  private Path fillUp() throws IOException {
    Path filler = disk.resolve("filler");
    byte[] block = new byte[64 << 10];
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException _) {
      return filler; // no space is left
    }
  }

  /** Pulls until the edge keeps it: what failed heals within seconds, without an operator. */
  private static void awaitStored(EdgeProcess edge, Image image) {
    long end = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    double before = edge.meter("entrepot_store_bytes", "");
    while (edge.meter("entrepot_store_bytes", "") < before + (20 << 20)) {
      assertThat(System.nanoTime()).as("stores again in time%n%s", edge.output()).isLessThan(end);
      pull(edge, "later", image);
    }
  }

  private static void pull(EdgeProcess edge, String name, Image image) {
    String base = edge.url() + "/v2/" + name;
    assertThat(read(base + "/manifests/1")).isEqualTo(image.manifest().digest());
    image
        .layers()
        .forEach(
            layer -> assertThat(read(base + "/blobs/" + layer.digest())).isEqualTo(layer.digest()));
  }

  private static Digest read(String url) {
    MessageDigest hash = Digest.Algorithm.SHA256.hasher();
    try (InputStream body = URI.create(url).toURL().openStream()) {
      byte[] buffer = new byte[64 << 10];
      for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
        hash.update(buffer, 0, count);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return Digest.of(Digest.Algorithm.SHA256, hash.digest());
  }
}
