package dev.entrepot.edge.policy.enrol;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.entrepot.common.config.EdgeSettings.ControlLink;
import dev.entrepot.common.tls.PemPair;
import dev.entrepot.common.wire.NodeCredentials;
import dev.entrepot.edge.TestAuthority;
import dev.entrepot.edge.policy.Installation;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What an edge says when its certificate cannot be renewed. */
class RenewalTest {
  private static final URI NOBODY = URI.create("https://127.0.0.1:1");

  @TempDir Path folder;
  private final Logger logger = (Logger) LoggerFactory.getLogger(Renewal.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private Instant now = Instant.now();
  private Runnable next = () -> {};
  private Renewal renewal;
  private X509Certificate certificate;

  @BeforeEach
  void begin() throws Exception {
    log.start();
    logger.addAppender(log);
    TestAuthority authority = new TestAuthority();
    NodeCredentials files = new NodeCredentials(folder);
    authority.issue(folder, "node", Duration.ofDays(30)); // of sixty
    Files.move(folder.resolve("node.crt"), files.certificate());
    Files.writeString(files.authorities(), authority.pem());
    certificate = PemPair.certificates(files.certificate()).getFirst();
    renewal =
        new Renewal(
            new NodeIdentity(
                "edge-1",
                "ours",
                NOBODY,
                new Installation("ours").snapshotKey(),
                certificate,
                files),
            new ControlLink(
                NOBODY,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                folder,
                Optional.empty()),
            List.of(),
            () -> now,
            (_, task) -> {
              next = task;
              return () -> {};
            },
            Runnable::run,
            new SecureRandom());
    renewal.start();
  }

  @AfterEach
  void end() {
    renewal.close();
    logger.detachAppender(log);
  }

  @Test
  void nothing_is_said_before_half_of_its_life_is_over() {
    tryAt(Duration.ofDays(31));

    assertThat(log.list).isEmpty();
  }

  @Test
  void what_is_wrong_is_said_once_while_there_is_time() {
    for (int days = 13; days > 7; days--) {
      tryAt(Duration.ofDays(days));
    }

    assertThat(log.list).hasSize(1);
    assertThat(log.list.getFirst().getFormattedMessage())
        .startsWith("the certificate of edge-1, good until ")
        .contains("could not be renewed: ", "127.0.0.1:1");
  }

  @Test
  void in_the_last_week_it_is_said_each_day() {
    tryAt(Duration.ofDays(7).minusHours(1));
    tryAt(Duration.ofDays(7).minusHours(2));
    assertThat(log.list).hasSize(1);

    tryAt(Duration.ofDays(6).minusHours(2));
    tryAt(Duration.ofDays(5).minusHours(3));
    tryAt(Duration.ofHours(-30));
    assertThat(log.list).hasSize(4);
  }

  /** Tries when so much of the certificate's life is left. */
  private void tryAt(Duration left) {
    now = certificate.getNotAfter().toInstant().minus(left);
    next.run();
  }
}
