package dev.entrepot.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EdgePlaceTest {
  private static final String SITE =
      """
      control-plane: {url: "https://control.example:5002"}
      cluster: {mode: hazelcast, secret: "sixteen characters and more"}
      """;

  @TempDir Path folder;

  @Test
  void edges_with_one_file_differ_in_what_the_command_line_says() throws IOException {
    EdgeSettings settings = place("127.0.0.12").in(read(SITE));

    assertThat(settings.listen().registry().getFirst().address()).hasToString("127.0.0.12:5000");
    assertThat(settings.listen().observe()).hasToString("127.0.0.12:5080");
    assertThat(settings.listen().admin()).hasToString("127.0.0.12:5081");
    EdgeSettings.Cluster cluster = settings.cluster().orElseThrow();
    assertThat(cluster.address()).hasToString("127.0.0.12:5701");
    assertThat(cluster.peer().listen()).hasToString("127.0.0.12:5444");
    assertThat(cluster.peer().url()).isEqualTo(URI.create("https://127.0.0.12:5444"));
    assertThat(settings.storage().directory()).isEqualTo(Path.of("edge-2"));
    EdgeSettings.ControlLink control = settings.control().orElseThrow();
    assertThat(control.credentials()).isEqualTo(Path.of("edge-2/credentials"));
    assertThat(control.node()).contains("edge-2");
  }

  @Test
  void the_admin_door_is_never_moved_off_loopback() throws IOException {
    assertThat(place("10.1.2.3").in(read(SITE)).listen().admin()).hasToString("127.0.0.1:5081");
  }

  @Test
  void what_the_file_says_of_a_peer_url_and_of_credentials_stays() throws IOException {
    EdgeSettings settings =
        place("10.1.2.3")
            .in(
                read(
                    """
                    control-plane: {url: "https://control.example:5002", credentials: /etc/edge}
                    cluster:
                      mode: hazelcast
                      secret: "sixteen characters and more"
                      peer: {url: "https://edge.example:5444"}
                    """));

    assertThat(settings.cluster().orElseThrow().peer().url())
        .isEqualTo(URI.create("https://edge.example:5444"));
    assertThat(settings.control().orElseThrow().credentials()).isEqualTo(Path.of("/etc/edge"));
  }

  @Test
  void without_any_word_everything_is_as_the_file_says() throws IOException {
    EdgeSettings settings = read(SITE);

    assertThat(EdgePlace.OF_THE_FILE.in(settings)).isEqualTo(settings);
  }

  private static EdgePlace place(String address) {
    return new EdgePlace(
        Optional.of(Path.of("edge-2")),
        Optional.empty(),
        Optional.of(address),
        Optional.of("edge-2"));
  }

  private EdgeSettings read(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("edge.yml"), yaml);
    return switch (EdgeSettings.read(Optional.of(file), Map.of())) {
      case EdgeSettings.Result.Ok ok -> ok.settings();
      case EdgeSettings.Result.Refused refused -> throw new AssertionError(refused.toString());
    };
  }
}
