package dev.entrepot.system;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/**
 * Writes an image that runs: a static shell in one layer and incompressible bytes in another, as an
 * OCI layout with an index of two platforms, so that every kind of manifest is met.
 */
final class TestImage {
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

  private final Path layout;

  private TestImage(Path layout) {
    this.layout = layout;
  }

  /** An OCI layout in {@code directory} with the tag {@code latest}. */
  static Path write(Path directory, long seed, int bigBytes) {
    try {
      String busybox = Programs.need("busybox", "busybox-static");
      Files.createDirectories(directory.resolve("blobs/sha256"));
      TestImage image = new TestImage(directory);
      Layer shell = image.layer(shellTar(Files.readAllBytes(Path.of(busybox))));
      Layer big = image.layer(tarOf("big", randomBytes(seed, bigBytes), 0644));
      String amd64 = image.manifest("amd64", List.of(shell, big));
      String arm64 = image.manifest("arm64", List.of(shell));
      image.index(amd64, arm64);
      return directory;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private record Layer(String descriptor, String diffId) {}

  private Layer layer(byte[] tar) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(tar);
    }
    return new Layer(blob(LAYER, packed.toByteArray(), ""), "sha256:" + sha256(tar));
  }

  private String manifest(String architecture, List<Layer> layers) throws IOException {
    String diffIds = String.join(",", layers.stream().map(l -> "\"" + l.diffId + "\"").toList());
    String config =
        """
        {"architecture":"%s","os":"linux","config":{"Cmd":["/bin/echo","hello from the edge"]},\
        "rootfs":{"type":"layers","diff_ids":[%s]}}\
        """
            .formatted(architecture, diffIds);
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}\
        """
            .formatted(
                MANIFEST,
                blob(CONFIG, bytes(config), ""),
                String.join(",", layers.stream().map(Layer::descriptor).toList()));
    String platform =
        ",\"platform\":{\"architecture\":\"%s\",\"os\":\"linux\"}".formatted(architecture);
    return blob(MANIFEST, bytes(manifest), platform);
  }

  private void index(String... manifests) throws IOException {
    String type = "application/vnd.oci.image.index.v1+json";
    String list =
        """
        {"schemaVersion":2,"mediaType":"%s","manifests":[%s]}\
        """
            .formatted(type, String.join(",", manifests));
    String named = ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"latest\"}";
    String top = blob(type, bytes(list), named);
    Files.writeString(
        layout.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":[" + top + "]}");
    Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
  }

  /** Writes a blob and gives its descriptor. */
  private String blob(String mediaType, byte[] content, String more) throws IOException {
    String hex = sha256(content);
    Files.write(layout.resolve("blobs/sha256").resolve(hex), content);
    return "{\"mediaType\":\"%s\",\"digest\":\"sha256:%s\",\"size\":%d%s}"
        .formatted(mediaType, hex, content.length, more);
  }

  private static byte[] shellTar(byte[] busybox) {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    entry(tar, "bin/", new byte[0], 0755, '5', "");
    entry(tar, "bin/busybox", busybox, 0755, '0', "");
    for (String name : List.of("sh", "echo", "cat", "sleep", "sha256sum")) {
      entry(tar, "bin/" + name, new byte[0], 0777, '2', "busybox");
    }
    return ended(tar);
  }

  private static byte[] tarOf(String name, byte[] content, int mode) {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    entry(tar, name, content, mode, '0', "");
    return ended(tar);
  }

  private static byte[] ended(ByteArrayOutputStream tar) {
    tar.writeBytes(new byte[1024]);
    return tar.toByteArray();
  }

  /** One ustar entry (POSIX.1-1988). */
  private static void entry(
      ByteArrayOutputStream tar, String name, byte[] content, int mode, char type, String link) {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 100, "%07o".formatted(mode));
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, 124, "%011o".formatted(content.length));
    put(header, 136, "00000000000");
    put(header, 148, "        ");
    header[156] = (byte) type;
    put(header, 157, link);
    put(header, 257, "ustar");
    put(header, 263, "00");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, "%06o".formatted(sum));
    header[154] = 0;
    tar.writeBytes(header);
    tar.writeBytes(content);
    tar.writeBytes(new byte[(512 - content.length % 512) % 512]);
  }

  private static void put(byte[] header, int at, String text) {
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ascii, 0, header, at, ascii.length);
  }

  private static byte[] randomBytes(long seed, int count) {
    byte[] content = new byte[count];
    new Random(seed).nextBytes(content);
    return content;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
