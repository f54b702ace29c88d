package dev.entrepot.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import dev.entrepot.edge.store.KeyValueStore.Change;
import dev.entrepot.edge.store.RocksStore;
import dev.entrepot.edge.store.StoreConfig;
import dev.entrepot.edge.store.Table;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store that an earlier version has written is read by this one. {@code
 * -Dentrepot.write-store=true} writes the fixture of the current format anew, which is only right
 * before that format has been released.
 */
class GoldenStoreTest {
  private static final String FIXTURE = "/stores/format-1.zip";
  private static final String NOBODY =
      "upstreams: [{name: docker.io, urls: [\"http://127.0.0.1:9\"]}]";

  @TempDir Path directory;

  @Test
  void a_store_of_format_1_is_served() throws IOException {
    if (Boolean.getBoolean("entrepot.write-store")) {
      write();
    }
    unpack();
    try (TestEdge edge = TestEdge.start(directory, NOBODY)) {
      TestEdge.Got manifest = edge.get("/v2/golden/manifests/1");
      assertThat(manifest.status()).as(manifest.text()).isEqualTo(200);
      assertThat(manifest.body()).isEqualTo(manifestBytes());
      assertThat(manifest.header("Cache-Status")).contains("hit");
      assertThat(edge.get("/v2/golden/blobs/" + Digest.sha256(config())).body())
          .isEqualTo(config());
      assertThat(edge.get("/v2/golden/blobs/" + Digest.sha256(layer())).body()).isEqualTo(layer());
      assertThat(edge.get("/v2/golden/tags/list").text()).contains("\"1\"");
    }
  }

  @Test
  void a_store_of_a_newer_format_is_refused_in_one_sentence() {
    try (RocksStore store = RocksStore.open(StoreConfig.in(directory.resolve("data")))) {
      byte[] newer = ByteBuffer.allocate(Integer.BYTES).putInt(RocksStore.FORMAT + 1).array();
      store
          .keyValues()
          .write(
              List.of(
                  new Change.Put(Table.META, "format".getBytes(StandardCharsets.US_ASCII), newer)),
              true);
    }
    assertThatThrownBy(() -> Edge.start(TestEdge.settings(directory, "1GiB", NOBODY)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("was written by a newer version");
  }

  private void write() throws IOException {
    Path fresh = Files.createDirectories(directory.resolve("fresh"));
    try (ScriptedRegistry upstream = ScriptedRegistry.start()) {
      String repository = "library/golden";
      upstream.contents().blob(repository, config());
      upstream.contents().blob(repository, layer());
      Digest manifest =
          upstream
              .contents()
              .manifest(repository, manifestBytes(), MediaType.OCI_MANIFEST)
              .digest();
      upstream.contents().tag(repository, "1", manifest);
      try (TestEdge edge = TestEdge.start(fresh, TestEdge.hub(upstream.uri()))) {
        edge.get("/v2/golden/manifests/1");
        edge.get("/v2/golden/blobs/" + Digest.sha256(config()));
        edge.get("/v2/golden/blobs/" + Digest.sha256(layer()));
        edge.get("/v2/golden/tags/list");
      }
    }
    pack(fresh.resolve("data"), Path.of("src/test/resources" + FIXTURE));
  }

  private static void pack(Path data, Path archive) throws IOException {
    try (OutputStream file = Files.newOutputStream(archive);
        ZipOutputStream zip = new ZipOutputStream(file);
        Stream<Path> files = Files.walk(data)) {
      for (Path each : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = data.relativize(each).toString();
        if (!name.contains("LOG")) {
          zip.putNextEntry(new ZipEntry(name));
          zip.write(Files.readAllBytes(each));
        }
      }
    }
  }

  private void unpack() throws IOException {
    try (InputStream file = GoldenStoreTest.class.getResourceAsStream(FIXTURE);
        ZipInputStream zip = new ZipInputStream(file)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path target = directory.resolve("data").resolve(entry.getName());
        Files.createDirectories(target.getParent());
        Files.write(target, zip.readAllBytes());
      }
    }
  }

  private static byte[] config() {
    return "{\"architecture\":\"amd64\",\"os\":\"linux\"}".getBytes(StandardCharsets.UTF_8);
  }

  /** Large enough to be a cell, and easy to pack. */
  private static byte[] layer() {
    byte[] bytes = new byte[(1 << 20) + 4321];
    for (int n = 0; n < bytes.length; n += 1024) {
      bytes[n] = (byte) (n / 1024);
    }
    return bytes;
  }

  private static byte[] manifestBytes() {
    return """
    {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
    "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},\
    "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":%d}]}\
    """
        .formatted(Digest.sha256(config()), config().length, Digest.sha256(layer()), layer().length)
        .getBytes(StandardCharsets.UTF_8);
  }
}
