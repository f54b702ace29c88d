package dev.entrepot.common.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.config.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pairs made by the JDK's own keytool. */
final class PemPairTest {
  @TempDir Path folder;

  @BeforeEach
  void makePairs() throws Exception {
    for (String name : List.of("one", "two")) {
      make(name, "EC");
    }
    make("rsa", "RSA");
  }

  @Test
  void a_certificate_and_its_key_are_a_pair() {
    for (String name : List.of("one", "rsa")) {
      PemPair pair = PemPair.read(file(name, "crt"), file(name, "key"), InstantSource.system());

      assertThat(pair.certificate().getSubjectX500Principal().getName()).contains(name);
      assertThat(pair)
          .isEqualTo(PemPair.read(file(name, "crt"), file(name, "key"), InstantSource.system()));
    }
  }

  @Test
  void the_key_of_another_certificate_is_refused() {
    assertThatThrownBy(
            () -> PemPair.read(file("one", "crt"), file("two", "key"), InstantSource.system()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("is not the key of the certificate");
  }

  @Test
  void a_certificate_that_is_not_valid_now_is_refused() {
    InstantSource later = InstantSource.offset(InstantSource.system(), Duration.ofDays(400));
    InstantSource earlier = InstantSource.offset(InstantSource.system(), Duration.ofDays(-2));

    assertThatThrownBy(() -> PemPair.read(file("one", "crt"), file("one", "key"), later))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("renew it");
    assertThatThrownBy(() -> PemPair.read(file("one", "crt"), file("one", "key"), earlier))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("clock");
  }

  @Test
  void files_that_hold_something_else_are_refused_in_a_sentence() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "hello");

    assertThatThrownBy(() -> PemPair.read(text, file("one", "key"), InstantSource.system()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("holds no certificate");
    assertThatThrownBy(() -> PemPair.read(file("one", "crt"), text, InstantSource.system()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("openssl pkcs8");
    assertThatThrownBy(
            () -> PemPair.read(folder.resolve("none"), file("one", "key"), InstantSource.system()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("cannot read");
  }

  @Test
  void a_key_is_never_printed() {
    PemPair pair = PemPair.read(file("one", "crt"), file("one", "key"), InstantSource.system());

    assertThat(pair.toString()).doesNotContain("PRIVATE").contains("one");
  }

  private Path file(String name, String kind) {
    return folder.resolve(name + "." + kind);
  }

  private void make(String name, String algorithm) throws Exception {
    Path store = folder.resolve(name + ".p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=" + name,
                "-validity",
                "90",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "secret")
            .redirectErrorStream(true)
            .start();
    process.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
    assertThat(process.waitFor()).isZero();
    java.security.KeyStore keys =
        java.security.KeyStore.getInstance(store.toFile(), "secret".toCharArray());
    Files.writeString(file(name, "crt"), pem("CERTIFICATE", keys.getCertificate("a").getEncoded()));
    Files.writeString(
        file(name, "key"),
        pem("PRIVATE KEY", keys.getKey("a", "secret".toCharArray()).getEncoded()));
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(kind, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), kind);
  }
}
