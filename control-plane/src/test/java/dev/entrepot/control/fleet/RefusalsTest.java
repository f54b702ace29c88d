package dev.entrepot.control.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.entrepot.common.wire.Enrolment;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What the control plane's own log says of nodes that it refuses. */
final class RefusalsTest {
  @TempDir Path folder;
  private final Logger logger = (Logger) LoggerFactory.getLogger(Refusals.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private FleetFixture fleet;

  @BeforeEach
  void listen() throws Exception {
    log.start();
    logger.addAppender(log);
    fleet = new FleetFixture(folder, FleetFixture.LIMITS, StreamRules.STANDARD);
  }

  @AfterEach
  void close() {
    fleet.close();
    logger.detachAppender(log);
  }

  @Test
  void a_refused_node_is_told_once_with_what_to_do() throws Exception {
    fleet.serials.add(8L);
    TestAuthority.Identity expired = fleet.authority.expired("edge-8", 8);
    TestAuthority.Identity removed = fleet.authority.issue("edge-7", 7);
    for (int i = 0; i < 3; i++) {
      assertThat(status(fleet.authority, expired)).isEqualTo(403);
      assertThat(status(fleet.authority, removed)).isEqualTo(403);
    }
    assertThat(said()).hasSize(2);
    assertThat(said().getFirst())
        .startsWith("CN=edge-8 at 127.0.0.1 (serial 8) hears no snapshots: ")
        .contains("this certificate ended at", "renew it, or set the clocks right");
    assertThat(said().getLast())
        .startsWith("CN=edge-7 at 127.0.0.1 (serial 7) hears no snapshots: ")
        .contains("no node's of this installation now; join again with a new join token");
  }

  @Test
  void a_node_that_may_listen_is_not_spoken_of() throws Exception {
    try (HttpClient edge = fleet.client(fleet.authority.client(fleet.node(9)))) {
      edge.send(fleet.ask(Enrolment.SNAPSHOTS).build(), BodyHandlers.ofInputStream())
          .body()
          .close();
      edge.shutdownNow();
    }
    assertThat(said()).isEmpty();
  }

  @Test
  void strangers_cannot_fill_the_log() {
    Refusals refusals = new Refusals(() -> List.of(fleet.authority.certificate()));
    TestAuthority other = new TestAuthority();
    for (int i = 0; i < 50; i++) {
      refusals.refused(other.issue("evil-" + i, i + 100).certificate(), "192.0.2.1", "x");
    }
    assertThat(said()).hasSize(1);
    assertThat(said().getFirst()).contains("192.0.2.1", "another authority").doesNotContain("evil");
  }

  private int status(TestAuthority authority, TestAuthority.Identity identity) throws Exception {
    try (HttpClient client = fleet.client(authority.client(identity))) {
      return client
          .send(fleet.ask(Enrolment.SNAPSHOTS).build(), BodyHandlers.discarding())
          .statusCode();
    }
  }

  private List<String> said() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
