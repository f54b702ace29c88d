package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.tls.PemPair;
import dev.entrepot.common.wire.NodeCredentials;
import dev.entrepot.loadtest.upstream.Image;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An edge that comes back behind the end of its certificate. */
@Timeout(300)
final class SiteRenewalTest {
  private static final Duration QUICK = Duration.ofSeconds(20);

  /** An edge that has been left alone is asked again, and a renewal that failed is tried again. */
  private static final Duration LONG = Duration.ofMinutes(2);

  private static final Duration LIFE = Duration.ofSeconds(3);

  @TempDir Path directory;
  private final ScriptedRegistry upstream = ScriptedRegistry.start();
  private Site site;
  private int images;

  @BeforeEach
  void start() {
    site =
        new Site(
                Host.PROCESSES,
                directory,
                2,
                "",
                "upstreams: [{name: docker.io, urls: [\"" + upstream.uri() + "\"]}]")
            .start();
  }

  @AfterEach
  void end() {
    site.close();
    upstream.close();
  }

  @Test
  void it_serves_what_it_has_renews_and_is_one_of_the_site_again() throws Exception {
    EdgeProcess late = site.edges().getFirst();
    Image kept = upstream.contents().image("library/kept", "1", 3_000_000);
    pull(late, "kept", kept);
    late.stop();
    joinAgain("edge-0", site.credentials(0));
    X509Certificate ended = certificate();
    Ports.await(
        QUICK,
        () -> "the certificate has ended",
        () -> Instant.now().isAfter(ended.getNotAfter().toInstant()));
    upstream.journal().clear();

    signal("-STOP"); // the control plane answers nobody
    try {
      late.start();
      assertThat(late.meter("entrepot_control_connected", "")).isZero();
      assertThat(certificate()).isEqualTo(ended);
      pull(late, "kept", kept);
      assertThat(upstream.journal().entries()).isEmpty();
      assertThat(late.output()).contains("ended at " + ended.getNotAfter().toInstant());
    } finally {
      signal("-CONT");
    }

    late.await(LONG, () -> late.output().contains("the certificate of edge-0 was renewed until"));
    assertThat(certificate().getNotAfter()).isAfter(ended.getNotAfter());
    late.await(LONG, () -> late.meter("entrepot_control_connected", "") == 1);
    site.awaitMembers(2, site.edges());
    for (EdgeProcess edge : site.edges()) {
      double before = received(edge);
      edge.await(LONG, () -> received(pullNew(edge)) > before);
    }
  }

  /**
   * Under a control plane whose certificates live for seconds, and which then goes on as before.
   */
  private void joinAgain(String node, Path credentials) throws IOException {
    ControlProcess control = site.control();
    String settings = Files.readString(control.config());
    control.stop();
    Files.writeString(
        control.config(), settings + "nodes: {certificate-life: " + LIFE.toSeconds() + "s}\n");
    control.start();
    try (Stream<Path> files = Files.list(credentials)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    ControlProcess.Invitation again = control.inviteAgain(node);
    Running.Outcome outcome =
        Program.run(
            directory,
            "join",
            "--url",
            control.url(),
            "--token",
            again.token(),
            "--pin",
            again.pin(),
            "--node",
            node,
            "--credentials",
            credentials.toString());
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    control.stop();
    Files.writeString(control.config(), settings);
    control.start();
  }

  private X509Certificate certificate() {
    return PemPair.certificates(new NodeCredentials(site.credentials(0)).certificate()).getFirst();
  }

  private void signal(String signal) {
    Running.run(directory, QUICK, "/bin/kill", signal, String.valueOf(site.control().pid()));
  }

  /** What an edge has got from the other one. */
  private static double received(EdgeProcess edge) {
    return edge.meter("entrepot_peer_received_bytes_total", "");
  }

  /** Brings something new into the site through an edge: a half of it the other one must bring. */
  private EdgeProcess pullNew(EdgeProcess edge) {
    images++;
    String name = "app-" + images;
    int size = 1_000_000 + images;
    try {
      Image image = upstream.contents().image("library/" + name, "1", size, size + 100, size + 200);
      pull(edge, name, image);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return edge;
  }

  private static void pull(EdgeProcess edge, String name, Image image) throws IOException {
    String base = edge.url() + "/v2/library/" + name;
    assertThat(Hashes.read(base + "/manifests/1", "").digest())
        .isEqualTo(image.manifest().digest());
    for (var layer : List.copyOf(image.layers())) {
      assertThat(Hashes.read(base + "/blobs/" + layer.digest(), "").digest())
          .isEqualTo(layer.digest());
    }
  }
}
