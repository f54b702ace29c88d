package dev.entrepot.loadtest.upstream;

import static dev.entrepot.loadtest.upstream.Client.header;
import static dev.entrepot.loadtest.upstream.Client.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ServingTest {
  private final ScriptedRegistry registry = ScriptedRegistry.start();
  private final Contents contents = registry.contents();
  private final Client client = new Client(registry);

  @AfterEach
  void stop() {
    client.close();
    registry.close();
  }

  @Test
  void the_base_says_that_it_is_a_registry() {
    HttpResponse<byte[]> answer = client.get("/v2/");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(header(answer, "Docker-Distribution-Api-Version")).isEqualTo("registry/2.0");
  }

  @Test
  void a_manifest_comes_by_tag_and_by_digest_with_its_type_and_digest() {
    Image image = contents.image("library/alpine", "3.20", 1000);
    for (String reference : List.of("3.20", image.manifest().digest().toString())) {
      HttpResponse<byte[]> answer = client.get("/v2/library/alpine/manifests/" + reference);
      assertThat(Digest.sha256(answer.body())).isEqualTo(image.manifest().digest());
      assertThat(header(answer, "Content-Type")).isEqualTo(MediaType.OCI_MANIFEST.value());
      assertThat(header(answer, "Docker-Content-Digest"))
          .isEqualTo(image.manifest().digest().toString());
    }
  }

  @Test
  void a_head_says_the_length_and_sends_nothing() {
    Descriptor blob = contents.generatedBlob("a", 5000, 1);
    HttpResponse<byte[]> answer = client.head("/v2/a/blobs/" + blob.digest());
    assertThat(header(answer, "Content-Length")).isEqualTo("5000");
    assertThat(answer.body()).isEmpty();
    assertThat(registry.journal().bodyBytes(blob.digest())).isZero();
  }

  @Test
  void a_known_manifest_is_not_sent_again() {
    Image image = contents.image("a", "t", 10);
    String known = "\"" + image.manifest().digest() + "\"";
    assertThat(client.get("/v2/a/manifests/t", "If-None-Match", known).statusCode()).isEqualTo(304);
  }

  @Test
  void a_tag_can_be_moved_and_taken_away() {
    Image first = contents.image("a", "t", 10);
    Image second = contents.image("a", "other", 10);
    contents.tag("a", "t", second.manifest().digest());
    HttpResponse<byte[]> moved = client.get("/v2/a/manifests/t");
    contents.deleteTag("a", "t");
    assertThat(Digest.sha256(moved.body()))
        .isEqualTo(second.manifest().digest())
        .isNotEqualTo(first.manifest().digest());
    assertThat(client.get("/v2/a/manifests/t").statusCode()).isEqualTo(404);
  }

  @Test
  void an_index_lists_its_children() {
    Image child = contents.image("a", "child", 10);
    Descriptor index = contents.index("a", List.of(child.manifest()));
    HttpResponse<byte[]> answer = client.get("/v2/a/manifests/" + index.digest());
    assertThat(header(answer, "Content-Type")).isEqualTo(MediaType.OCI_INDEX.value());
    assertThat(text(answer)).contains(child.manifest().digest().toString());
  }

  @Test
  void a_generated_blob_has_the_digest_that_it_was_given() {
    Descriptor blob = contents.generatedBlob("a", 3_000_001, 7);
    HttpResponse<byte[]> answer = client.get("/v2/a/blobs/" + blob.digest());
    assertThat(answer.body()).hasSize(3_000_001);
    assertThat(Digest.sha256(answer.body())).isEqualTo(blob.digest());
  }

  @Test
  void generated_bytes_are_the_same_from_wherever_they_are_read() {
    Bytes bytes = Bytes.generated(1000, 42);
    byte[] all = bytes.toArray();
    for (int first = 0; first < 40; first++) {
      byte[] part = new byte[501];
      bytes.read(first, part, 501);
      assertThat(part).isEqualTo(Arrays.copyOfRange(all, first, first + 501));
    }
    assertThat(Bytes.generated(1000, 43).toArray()).isNotEqualTo(all);
  }

  @Test
  void a_blob_can_be_found_by_its_sha512() {
    Bytes bytes = Bytes.generated(100, 1);
    Descriptor blob = contents.blob("a", bytes, Digest.Algorithm.SHA512);
    assertThat(client.get("/v2/a/blobs/" + blob.digest()).body()).isEqualTo(bytes.toArray());
  }

  @Test
  void each_form_of_range_gives_its_bytes() {
    Descriptor blob = contents.generatedBlob("a", 1000, 3);
    byte[] all = Bytes.generated(1000, 3).toArray();
    assertRange(blob, "bytes=0-0", all, 0, 1);
    assertRange(blob, "bytes=100-199", all, 100, 200);
    assertRange(blob, "bytes=900-", all, 900, 1000);
    assertRange(blob, "bytes=900-5000", all, 900, 1000);
    assertRange(blob, "bytes=-10", all, 990, 1000);
  }

  private void assertRange(Descriptor blob, String range, byte[] all, int first, int end) {
    HttpResponse<byte[]> answer = client.get("/v2/a/blobs/" + blob.digest(), "Range", range);
    assertThat(answer.statusCode()).isEqualTo(206);
    assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(all, first, end));
    assertThat(header(answer, "Content-Range"))
        .isEqualTo("bytes " + first + "-" + (end - 1) + "/" + all.length);
  }

  @Test
  void a_range_behind_the_end_is_416_and_several_ranges_are_everything() {
    String blob = "/v2/a/blobs/" + contents.generatedBlob("a", 1000, 3).digest();
    HttpResponse<byte[]> behind = client.get(blob, "Range", "bytes=1000-");
    assertThat(behind.statusCode()).isEqualTo(416);
    assertThat(header(behind, "Content-Range")).isEqualTo("bytes */1000");
    assertThat(client.get(blob, "Range", "bytes=0-1,5-6").statusCode()).isEqualTo(200);
  }

  @Test
  void if_range_with_another_tag_gives_everything() {
    Descriptor blob = contents.generatedBlob("a", 1000, 3);
    String path = "/v2/a/blobs/" + blob.digest();
    String same = "\"" + blob.digest() + "\"";
    assertThat(client.get(path, "Range", "bytes=1-2", "If-Range", same).statusCode())
        .isEqualTo(206);
    assertThat(client.get(path, "Range", "bytes=1-2", "If-Range", "\"x\"").statusCode())
        .isEqualTo(200);
  }

  @Test
  void tags_come_in_pages_that_name_the_next() {
    Image image = contents.image("a", "t1", 10);
    contents.tag("a", "t2", image.manifest().digest());
    contents.tag("a", "t3", image.manifest().digest());
    HttpResponse<byte[]> first = client.get("/v2/a/tags/list?n=2");
    assertThat(text(first)).isEqualTo("{\"name\":\"a\",\"tags\":[\"t1\",\"t2\"]}");
    assertThat(header(first, "Link")).isEqualTo("</v2/a/tags/list?n=2&last=t2>; rel=\"next\"");
    HttpResponse<byte[]> second = client.get("/v2/a/tags/list?n=2&last=t2");
    assertThat(text(second)).contains("[\"t3\"]");
    assertThat(header(second, "Link")).isEmpty();
  }

  @Test
  void the_page_size_bounds_what_a_client_gets_at_once() {
    Image image = contents.image("a", "t1", 10);
    contents.tag("a", "t2", image.manifest().digest());
    contents.pageSize(1);
    assertThat(text(client.get("/v2/a/tags/list"))).contains("[\"t1\"]");
    assertThat(client.get("/v2/a/tags/list?n=x").statusCode()).isEqualTo(400);
  }

  @Test
  void referrers_are_listed_filtered_and_paged() {
    Image image = contents.image("a", "t", 10);
    Descriptor sbom = contents.referrer("a", image.manifest(), "text/sbom", new byte[] {1});
    Descriptor sig = contents.referrer("a", image.manifest(), "text/sig", new byte[] {2});
    String path = "/v2/a/referrers/" + image.manifest().digest();
    assertThat(text(client.get(path))).contains("" + sbom.digest(), "" + sig.digest());
    HttpResponse<byte[]> filtered = client.get(path + "?artifactType=text%2Fsig");
    assertThat(text(filtered)).contains("" + sig.digest()).doesNotContain("" + sbom.digest());
    assertThat(header(filtered, "OCI-Filters-Applied")).isEqualTo("artifactType");
    contents.pageSize(1);
    assertThat(header(client.get(path), "Link")).isEqualTo("<" + path + "?from=1>; rel=\"next\"");
  }

  @Test
  void referrers_can_be_unsupported() {
    Image image = contents.image("a", "t", 10);
    contents.referrersSupported(false);
    assertThat(client.get("/v2/a/referrers/" + image.manifest().digest()).statusCode())
        .isEqualTo(404);
  }

  @Test
  void what_is_not_there_is_named_in_the_error() {
    contents.repository("a");
    String digest = Digest.sha256(new byte[0]).toString();
    assertThat(text(client.get("/v2/nobody/tags/list"))).contains("NAME_UNKNOWN");
    assertThat(text(client.get("/v2/a/manifests/t"))).contains("MANIFEST_UNKNOWN");
    assertThat(text(client.get("/v2/a/blobs/" + digest))).contains("BLOB_UNKNOWN");
    assertThat(text(client.get("/v2/a/tags/list"))).contains("\"tags\":[]");
  }

  @Test
  void things_can_be_taken_away() {
    Image image = contents.image("a", "t", 10);
    String layer = "/v2/a/blobs/" + image.layers().getFirst().digest();
    contents.deleteBlob("a", image.layers().getFirst().digest());
    assertThat(client.get(layer).statusCode()).isEqualTo(404);
    contents.deleteManifest("a", image.manifest().digest());
    assertThat(client.get("/v2/a/manifests/t").statusCode()).isEqualTo(404);
    contents.deleteRepository("a");
    assertThat(text(client.get("/v2/a/tags/list"))).contains("NAME_UNKNOWN");
  }

  @Test
  void a_push_is_refused() {
    contents.repository("a");
    assertThat(client.send("PUT", registry.uri().resolve("/v2/a/manifests/t")).statusCode())
        .isEqualTo(405);
  }

  @Test
  void one_connection_serves_one_request_after_another() throws Exception {
    contents.repository("a");
    String ask = "GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n";
    String last = "GET /v2/a/tags/list HTTP/1.1\r\nHost: x\r\nConnection: close";
    String answers = new String(client.raw(ask + ask + last), UTF_8);
    assertThat(answers.split("HTTP/1.1 200 OK")).hasSize(4);
    assertThat(registry.acceptedConnections(Side.REGISTRY)).isEqualTo(1);
  }

  @Test
  void no_more_is_held_in_memory_than_is_set() {
    try (ScriptedRegistry small =
        ScriptedRegistry.start(Settings.defaults().heldBytes(100), Auth.open())) {
      small.contents().blob("a", new byte[60]);
      assertThatThrownBy(() -> small.contents().blob("a", new byte[50]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
