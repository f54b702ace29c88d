package dev.entrepot.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.wire.AccessToken.Grant;
import dev.entrepot.edge.policy.Installation;
import dev.entrepot.edge.policy.SnapshotKeeper;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tokens on the wire, from an address that is not trusted. */
class DoorTokensTest {
  private static final Installation OURS = new Installation("ours");
  private static final SnapshotKeeper KEEPER = keeper();
  private static final OpenDoor DOOR = new OpenDoor(KEEPER);
  private static final String TARGET = "/v2/docker.io/team/app/manifests/1";

  @BeforeAll
  static void begin() {
    KEEPER.snapshot(OURS.sign(OURS.snapshot(1)));
    DOOR.rooms.manifest("1", "{}");
  }

  @AfterAll
  static void end() {
    DOOR.close();
  }

  @Test
  void one_token_opens_under_any_spelling_of_its_scheme() {
    for (String scheme : new String[] {"Bearer ", "bearer ", "BEARER "}) {
      assertThat(status("Authorization", scheme + token())).as(scheme).isEqualTo(200);
    }
  }

  @Test
  void without_one_the_answer_says_where_to_get_it() {
    HttpResponse<byte[]> answer = DOOR.get(TARGET);
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
        .startsWith("Bearer realm=\"https://control.example:5002/token\",service=\"entrepot\"")
        .contains("scope=\"repository:docker.io/team/app:pull\"");
  }

  @Test
  void two_headers_or_two_tokens_in_one_are_no_token() {
    String good = "Bearer " + token();
    assertThat(status("Authorization", good, "Authorization", good)).isEqualTo(401);
    assertThat(status("Authorization", "Basic dTpw", "Authorization", good)).isEqualTo(401);
    assertThat(status("Authorization", good + ", " + good)).isEqualTo(401);
    assertThat(status("Authorization", good + ",Basic dTpw")).isEqualTo(401);
    assertThat(status("Authorization", "Basic dTpw, " + good)).isEqualTo(401);
    assertThat(status("Authorization", "Bearer  " + token())).isEqualTo(401);
    assertThat(status("Authorization", token())).isEqualTo(401);
  }

  @Test
  void while_the_control_plane_is_awaited_clients_are_told_to_come_again() {
    try (OpenDoor door = new OpenDoor(keeper())) {
      HttpResponse<byte[]> answer = door.get(TARGET, "Authorization", "Bearer " + token());
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("control plane");
      assertThat(door.get("/v2/").statusCode()).isEqualTo(503);
    }
  }

  private static SnapshotKeeper keeper() {
    return new SnapshotKeeper(
        OURS.id, OURS.snapshotKey(), Optional.empty(), InstantSource.system(), Runnable::run);
  }

  private static String token() {
    return OURS.sign(OURS.claims("ci", new Grant("docker.io/team/app", false)));
  }

  private static int status(String... headers) {
    return DOOR.get(TARGET, headers).statusCode();
  }
}
