package dev.entrepot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.status.Status;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LoggingFilesTest {
  private final LoggerContext context = new LoggerContext();

  @BeforeEach
  void give_it_what_slf4j_would() {
    context.setMDCAdapter(new LogbackMDCAdapter());
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  @ParameterizedTest
  @ValueSource(strings = {"logback.xml", "logback-human.xml", "logback-ecs.xml"})
  void every_file_is_understood(String file) throws JoranException {
    configure(file);

    List<Status> complaints =
        context.getStatusManager().getCopyOfStatusList().stream()
            .filter(status -> status.getLevel() >= Status.WARN)
            .toList();
    assertThat(complaints).isEmpty();
  }

  @Test
  void a_person_reads_one_line_even_of_a_failure() throws JoranException {
    configure("logback-human.xml");

    assertThat(line("ready", null)).matches("\\d\\d:\\d\\d:\\d\\d INFO  ready\\R");
    assertThat(line("no luck", new IllegalStateException("disk is full")))
        .matches("\\S+ INFO  no luck \\S*IllegalStateException: disk is full\\R");
  }

  @Test
  void a_machine_reads_fields_of_the_common_schema() throws JoranException {
    configure("logback-ecs.xml");

    assertThat(line("no luck", new IllegalStateException("disk is full")))
        .startsWith("{\"@timestamp\":")
        .contains(
            "\"log.level\": \"INFO\"", "\"message\":\"no luck\"", "\"service.name\":\"entrepot\"")
        .contains("\"error.message\":\"disk is full\"")
        .hasLineCount(1);
  }

  private void configure(String file) throws JoranException {
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(getClass().getResource("/" + file));
  }

  private String line(String message, @Nullable Throwable failure) {
    var root = context.getLogger("ROOT");
    var appender = (ConsoleAppender<ILoggingEvent>) root.getAppender("out");
    var event = new LoggingEvent("here", root, Level.INFO, message, failure, null);
    return new String(appender.getEncoder().encode(event), StandardCharsets.UTF_8);
  }
}
