package dev.entrepot.loadtest.upstream;

import static dev.entrepot.loadtest.upstream.Client.header;
import static dev.entrepot.loadtest.upstream.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.oci.Descriptor;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class StorageTest {
  private final ScriptedRegistry registry = ScriptedRegistry.start();
  private final Client client = new Client(registry);
  private final Descriptor blob = registry.contents().generatedBlob("a", 1000, 1);
  private final byte[] content = Bytes.generated(1000, 1).toArray();
  private final String path = "/v2/a/blobs/" + blob.digest();

  @BeforeEach
  void redirect() {
    registry.storage().redirectBlobs();
  }

  @AfterEach
  void stop() {
    client.close();
    registry.close();
  }

  @Test
  void a_get_of_a_blob_is_redirected_to_another_port_and_a_head_is_not() {
    HttpResponse<byte[]> redirect = client.get(path);
    assertThat(redirect.statusCode()).isEqualTo(307);
    assertThat(location().getPort()).isNotEqualTo(registry.port());
    assertThat(client.head(path).statusCode()).isEqualTo(200);
  }

  @Test
  void the_signed_address_gives_the_bytes_and_their_ranges() {
    assertThat(client.send("GET", location()).body()).isEqualTo(content);
    HttpResponse<byte[]> part = client.send("GET", location(), "Range", "bytes=10-19");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(content, 10, 20));
    assertThat(registry.journal().bodyBytes(blob.digest())).isEqualTo(1010);
  }

  @Test
  void an_authorization_is_refused_with_400_and_written_down() {
    HttpResponse<byte[]> answer = client.send("GET", location(), "Authorization", "Bearer x");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(text(answer)).contains("InvalidArgument");
    assertThat(registry.journal().count(e -> e.kind() == Kind.STORAGE && e.isAuthorized()))
        .isEqualTo(1);
  }

  @Test
  void one_changed_byte_of_the_query_spoils_the_signature() {
    URI recoded = URI.create(location().toString().replace("%2fs3", "%2Fs3"));
    assertThat(recoded.toString()).isNotEqualTo(location().toString());
    assertThat(client.send("GET", recoded).statusCode()).isEqualTo(403);
  }

  @Test
  void a_signed_address_is_for_get_alone() {
    assertThat(client.send("HEAD", location()).statusCode()).isEqualTo(403);
  }

  @Test
  void a_signed_address_expires_on_command() {
    URI old = location();
    registry.storage().expireLinks();
    assertThat(client.send("GET", old).statusCode()).isEqualTo(403);
    assertThat(client.send("GET", location()).statusCode()).isEqualTo(200);
  }

  @Test
  void storage_alone_can_be_gone_or_faulty() {
    registry.faults().on(Match.storage(blob.digest()).nth(1), Fault.status(503));
    assertThat(client.send("GET", location()).statusCode()).isEqualTo(503);
    assertThat(client.send("GET", location()).statusCode()).isEqualTo(200);
    registry.refuseConnections(Side.STORAGE);
    assertThat(client.get(path).statusCode()).isEqualTo(307);
  }

  @Test
  void redirecting_stops_on_command() {
    registry.storage().redirectBlobs(0);
    assertThat(client.get(path).body()).isEqualTo(content);
  }

  private URI location() {
    return URI.create(header(client.get(path), "Location"));
  }
}
