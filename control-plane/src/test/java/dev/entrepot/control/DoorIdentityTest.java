package dev.entrepot.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.common.config.ListenAddress;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.control.ca.Authority;
import dev.entrepot.control.ca.IssuedPair;
import dev.entrepot.control.fleet.ServerIdentity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DoorIdentityTest {
  private static final ListenAddress ANY = ListenAddress.parse("127.0.0.1:0");

  @TempDir Path folder;
  private final TestClock clock = new TestClock();
  private Authority authority;

  @BeforeEach
  void make_an_authority() {
    authority = Authority.openOrCreate(folder.resolve("ca"), "test", clock, new SecureRandom());
  }

  @Test
  void its_own_certificate_is_for_the_public_url_and_this_machine() throws Exception {
    X509Certificate shown = certificate(identity("https://control.example:5002").first());
    assertThat(authority.issued(shown)).isTrue();
    assertThat(shown.getSubjectAlternativeNames())
        .extracting(name -> String.valueOf(name.get(1)))
        .contains("control.example", "localhost", "127.0.0.1");
  }

  @Test
  void it_is_renewed_at_half_of_its_life() throws Exception {
    DoorIdentity identity = identity("https://control.example:5002");
    X509Certificate first = certificate(identity.first());
    clock.advance(DoorIdentity.LIFE.dividedBy(2).minusSeconds(1));
    assertThat(identity.changed()).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    X509Certificate next = certificate(identity.changed().orElseThrow());
    assertThat(next.getNotAfter()).isAfter(first.getNotAfter());
    assertThat(identity.changed()).isEmpty();
  }

  @Test
  void no_node_may_have_its_name_but_every_node_that_of_its_machine() {
    assertThat(identity("https://control.example:5002").reserved())
        .containsExactly("control.example");
    assertThat(identity("https://10.1.2.3:5002").reserved()).containsExactly("10.1.2.3");
    assertThat(identity("https://localhost:5002").reserved()).isEmpty();
    assertThat(identity("https://[::1]:5002").reserved()).isEmpty();
  }

  @Test
  void files_of_the_settings_are_read_again_when_they_change() throws IOException {
    EdgeSettings.Tls files =
        new EdgeSettings.Tls(folder.resolve("tls.crt"), folder.resolve("tls.key"));
    DoorIdentity identity =
        new DoorIdentity(
            listen("https://control.example:5002", Optional.of(files)), authority, clock);
    assertThatThrownBy(identity::first).isInstanceOf(Refusal.class);
    write(files);
    String first = identity.first().certificates();
    assertThat(identity.changed()).isEmpty();
    write(files);
    assertThat(identity.changed().map(ServerIdentity::certificates).orElseThrow())
        .isNotEqualTo(first);
    Files.writeString(files.key(), "rubbish");
    assertThat(identity.changed()).isEmpty();
  }

  @Test
  void a_certificate_that_has_ended_is_shown_from_the_start_but_replaces_none() throws Exception {
    EdgeSettings.Tls files =
        new EdgeSettings.Tls(folder.resolve("tls.crt"), folder.resolve("tls.key"));
    ControlSettings.Listen listen = listen("https://control.example:5002", Optional.of(files));
    write(files);
    clock.advance(Duration.ofDays(2));
    DoorIdentity begunLate = new DoorIdentity(listen, authority, clock);
    assertThat(begunLate.first().certificates()).isEqualTo(Files.readString(files.certificate()));
    assertThat(begunLate.changed()).isEmpty();

    String ended = Files.readString(files.certificate());
    String key = Files.readString(files.key());
    write(files);
    assertThat(begunLate.changed().map(ServerIdentity::certificates))
        .contains(Files.readString(files.certificate()));

    Files.writeString(files.certificate(), ended);
    Files.writeString(files.key(), key);
    assertThat(begunLate.changed()).isEmpty();
  }

  private void write(EdgeSettings.Tls files) throws IOException {
    IssuedPair pair = authority.issueServer(List.of("control.example"), Duration.ofDays(1));
    Files.writeString(files.certificate(), pair.chain());
    Files.writeString(files.key(), pair.key().reveal());
  }

  private DoorIdentity identity(String url) {
    return new DoorIdentity(listen(url, Optional.empty()), authority, clock);
  }

  private static ControlSettings.Listen listen(String url, Optional<EdgeSettings.Tls> files) {
    return new ControlSettings.Listen(ANY, URI.create(url), files, ANY, ANY);
  }

  private static X509Certificate certificate(ServerIdentity identity) throws CertificateException {
    byte[] pem = identity.certificates().getBytes(StandardCharsets.US_ASCII);
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
  }
}
