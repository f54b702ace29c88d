package dev.entrepot.control.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.tls.Pem;
import dev.entrepot.common.tls.PemPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuthorityTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final String CLIENT = "1.3.6.1.5.5.7.3.2";
  private static final String SERVER = "1.3.6.1.5.5.7.3.1";

  @TempDir Path folder;
  private final MovingClock clock = new MovingClock();
  private final SecureRandom random = new SecureRandom();

  private Authority authority() {
    return Authority.openOrCreate(folder.resolve("ca"), "0123456789abcdef", clock, random);
  }

  @Test
  void it_is_made_once_and_found_again() {
    Authority made = authority();
    Authority found = authority();

    assertThat(found.certificate()).isEqualTo(made.certificate());
    assertThat(Authority.open(folder.resolve("ca"), clock, random).pin()).isEqualTo(made.pin());
  }

  @Test
  void it_signs_for_itself_and_for_no_other_authority() throws Exception {
    X509Certificate own = authority().certificate();

    own.verify(own.getPublicKey());
    assertThat(own.getBasicConstraints()).isZero();
    assertThat(own.getKeyUsage()).startsWith(false, false, false, false, false, true, false);
    assertThat(own.getSubjectX500Principal().getName()).isEqualTo("CN=Entrepot authority 01234567");
    assertThat(own.getNotAfter().toInstant()).isAfter(clock.instant().plus(Duration.ofDays(3_650)));
  }

  @Test
  void its_key_is_for_its_user_alone() throws Exception {
    authority();

    assertThat(permissions("ca")).isEqualTo("rwx------");
    assertThat(permissions("ca/ca.key")).isEqualTo("rw-------");
    assertThat(folder.resolve("ca")).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void a_pin_is_of_the_public_key() throws Exception {
    Authority authority = authority();
    byte[] hash =
        MessageDigest.getInstance("SHA-256")
            .digest(authority.certificate().getPublicKey().getEncoded());

    assertThat(authority.pin()).isEqualTo("sha256:" + HexFormat.of().formatHex(hash));
  }

  @Test
  void where_there_is_none_the_refusal_says_how_to_make_one() {
    assertThatThrownBy(() -> Authority.open(folder, clock, random))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("entrepot ca init");
  }

  @Test
  void a_key_without_its_certificate_is_never_overwritten() throws Exception {
    authority();
    byte[] key = Files.readAllBytes(folder.resolve("ca/ca.key"));
    Files.delete(folder.resolve("ca/ca.crt"));

    assertThatThrownBy(this::authority)
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("from a backup");
    assertThat(folder.resolve("ca/ca.key")).hasBinaryContent(key);
  }

  @Test
  void a_making_that_was_cut_off_before_the_last_step_is_finished() throws Exception {
    String pin = authority().pin();
    Files.move(folder.resolve("ca/ca.crt"), folder.resolve("ca/ca.crt.new"));

    assertThat(authority().pin()).isEqualTo(pin);
  }

  @Test
  void a_making_that_was_cut_off_before_the_key_had_its_name_begins_anew() throws Exception {
    authority();
    Files.move(folder.resolve("ca/ca.crt"), folder.resolve("ca/ca.crt.new"));
    Files.move(folder.resolve("ca/ca.key"), folder.resolve("ca/ca.key.new"));

    X509Certificate anew = authority().certificate();
    assertThat(Authority.open(folder.resolve("ca"), clock, random).certificate()).isEqualTo(anew);
  }

  @Test
  void a_directory_that_others_can_read_and_that_holds_things_is_refused() throws Exception {
    Path shared = Files.createDirectory(folder.resolve("shared"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(shared.resolve("thing"), "");

    assertThatThrownBy(() -> Authority.openOrCreate(shared, "0123456789", clock, random))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("chmod 700");
    assertThat(permissions("shared")).isEqualTo("rwxr-xr-x");
  }

  @Test
  void a_servers_pair_fits_and_serves_only() throws Exception {
    Authority authority = authority();
    IssuedPair pair = authority.issueServer(List.of("Control.Example", "10.1.2.3", "::1"), DAY);
    Files.writeString(folder.resolve("crt"), pair.chain());
    Files.writeString(folder.resolve("key"), pair.key().reveal());

    PemPair read = PemPair.read(folder.resolve("crt"), folder.resolve("key"), clock);
    assertThat(authority.issued(read.certificate())).isTrue();
    assertThat(read.certificate().getExtendedKeyUsage()).containsExactly(SERVER);
    assertThat(read.certificate().getSubjectAlternativeNames().toString())
        .contains("control.example", "10.1.2.3", "0:0:0:0:0:0:0:1");
    assertThat(PemPair.certificates(folder.resolve("crt")))
        .containsExactly(read.certificate(), authority.certificate());
  }

  @Test
  void a_node_is_named_by_a_uri_and_may_call_and_serve() throws Exception {
    Authority authority = authority();
    X509Certificate node =
        authority.issueNode(
            Requester.ec("secp256r1").getPublic(), "abc", "edge-1", List.of("e1.lan"), DAY);

    assertThat(NodeUri.in(node)).contains(new NodeUri("abc", "edge-1"));
    assertThat(node.getExtendedKeyUsage()).containsExactlyInAnyOrder(CLIENT, SERVER);
    assertThat(node.getBasicConstraints()).isEqualTo(-1);
    assertThat(node.getNotBefore().toInstant()).isBefore(clock.instant());
    assertThat(node.getNotAfter()).isEqualTo(Date.from(clock.instant().plus(DAY)));
    assertThat(node.getSerialNumber().signum()).isPositive();
    assertThat(node.getSerialNumber().bitLength()).isBetween(64, 128);
  }

  @Test
  void no_certificate_outlives_the_authority() throws Exception {
    Authority authority = authority();
    Instant end = authority.certificate().getNotAfter().toInstant();
    X509Certificate node =
        authority.issueNode(
            Requester.ec("secp256r1").getPublic(),
            "abc",
            "edge-1",
            List.of(),
            Duration.ofDays(36_500));

    assertThat(node.getNotAfter().toInstant()).isEqualTo(end);
  }

  @Test
  void another_authority_of_the_same_name_is_not_taken_for_this_one() throws Exception {
    Authority authority = authority();
    Authority other =
        Authority.openOrCreate(folder.resolve("other"), "0123456789abcdef", clock, random);
    X509Certificate node =
        other.issueNode(Requester.ec("secp256r1").getPublic(), "abc", "edge-1", List.of(), DAY);

    assertThat(node.getIssuerX500Principal())
        .isEqualTo(authority.certificate().getSubjectX500Principal());
    assertThat(authority.issued(node)).isFalse();
    assertThat(other.issued(node)).isTrue();
  }

  @Test
  void names_that_are_none_are_refused() {
    Authority authority = authority();

    for (String name : List.of("", "a b", "-a", "a..b", "127.1", "010.0.0.1", "a/b", "ä.example")) {
      assertThatThrownBy(() -> authority.issueServer(List.of(name), DAY))
          .as(name)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("neither a DNS name nor an address");
    }
  }

  @Test
  void a_secret_does_not_show_in_text() {
    IssuedPair pair = authority().issueServer(List.of("a.example"), DAY);

    assertThat(pair.toString()).doesNotContain("PRIVATE KEY");
    assertThat(Pem.decode("PRIVATE KEY", pair.key().reveal())).isPresent();
  }

  private String permissions(String file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file)));
  }
}
