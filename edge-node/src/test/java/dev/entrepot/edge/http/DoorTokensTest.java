package dev.entrepot.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.oci.Repository;
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
import org.slf4j.LoggerFactory;

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
  void what_is_closed_while_it_is_asked_for_is_refused_like_all_that_is_closed() {
    String token = OURS.sign(OURS.claims("ci", new Grant("docker.io/team/app", true)));
    try (OpenDoor door = new OpenDoor(KEEPER)) {
      door.publicToAll = false;
      HttpResponse<byte[]> closed = door.get(TARGET, "Authorization", "Bearer " + token);
      door.publicToAll = true;
      door.rooms.whenAsked = () -> door.publicToAll = false;
      door.rooms.failure = Optional.of(new Failure.Denied(new Repository("docker.io", "team/app")));

      HttpResponse<byte[]> late = door.get(TARGET, "Authorization", "Bearer " + token);

      assertThat(door.rooms.permits).hasSize(1);
      assertThat(late.statusCode()).isEqualTo(closed.statusCode()).isEqualTo(401);
      assertThat(late.headers().allValues("WWW-Authenticate"))
          .isEqualTo(closed.headers().allValues("WWW-Authenticate"));
    }
  }

  @Test
  void the_access_log_says_whose_token_it_was() {
    Logger logger = (Logger) LoggerFactory.getLogger("entrepot.access");
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    logger.setLevel(Level.INFO);
    try (OpenDoor door = new OpenDoor(KEEPER)) {
      door.rooms.manifest("1", "{}");
      assertThat(door.get(TARGET, "Authorization", "Bearer " + token()).statusCode())
          .isEqualTo(200);
      assertThat(door.get(TARGET).statusCode()).isEqualTo(401);
      assertThat(OpenDoor.eventually(() -> log.list.size() >= 2)).isTrue();
    } finally {
      logger.setLevel(null);
      logger.detachAppender(log);
    }
    assertThat(said(log.list.get(0), "user.name")).contains("ci");
    assertThat(said(log.list.get(0), "registry.token.id")).isPresent();
    assertThat(said(log.list.get(1), "user.name")).contains("anonymous");
    assertThat(said(log.list.get(1), "registry.token.id")).isEmpty();
  }

  private static Optional<String> said(ILoggingEvent line, String key) {
    return line.getKeyValuePairs().stream()
        .filter(it -> it.key.equals(key))
        .map(it -> String.valueOf(it.value))
        .findFirst();
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
