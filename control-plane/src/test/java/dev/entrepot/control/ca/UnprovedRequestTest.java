package dev.entrepot.control.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.json.JsonFields;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the requests of those who have no join token can make the control plane do. */
final class UnprovedRequestTest {
  private static final String RSA = "SHA256withRSA";
  private static final BigInteger LONGER_THAN_64_BITS = BigInteger.TWO.pow(64).add(BigInteger.ONE);

  @TempDir Path folder;
  private final MovingClock clock = new MovingClock();
  private final SecureRandom random = new SecureRandom();
  private final HeapStore store = new HeapStore();
  private final JoinTokens tokens = new JoinTokens(store, clock, random);
  private EnrolmentService service;

  @BeforeEach
  void begin() throws Exception {
    RSAPublicKey snapshotKey = (RSAPublicKey) Requester.rsa(2_048).getPublic();
    service =
        new EnrolmentService(
            Authority.openOrCreate(folder, "abc", clock, random),
            tokens,
            new Nodes(store, clock),
            () -> new Facts("abc", snapshotKey, "snapshot", Set.of()),
            new ControlSettings.Nodes(Duration.ofDays(30), Duration.ofDays(10)),
            clock,
            () -> {});
  }

  @Test
  void without_a_token_no_request_is_read() throws Exception {
    byte[] broken = {1, 2, 3};
    String token = token();
    String unknown = "zzzzzz" + token.substring(6);
    String wrong = token.substring(0, 7) + token().substring(7);

    assertDenied(unknown, broken, 401, "there is no join token zzzzzz");
    assertDenied(wrong, broken, 401, "the secret of join token");
    assertDenied(token, broken, 400, "csr cannot be read");
  }

  @Test
  void a_request_that_was_not_to_be_read_spends_no_use() throws Exception {
    String token = token();

    assertDenied(token, new byte[] {1, 2, 3}, 400, "csr cannot be read");
    assertThat(join(token, Requester.csr("CN=edge-1")).status()).isEqualTo(200);
  }

  /** The signature is not its key's: whoever looked at it would say so. */
  @Test
  void a_key_with_a_huge_exponent_is_refused_before_its_signature_is_looked_at() throws Exception {
    KeyPair huge = rsa(LONGER_THAN_64_BITS);
    byte[] csr = Requester.csr("CN=a", huge, Requester.rsa(2_048).getPrivate(), RSA);

    assertThatThrownBy(() -> SigningRequest.read(csr))
        .isInstanceOf(Denied.class)
        .hasMessageContaining("a public exponent of more than 64 bits");
  }

  @Test
  void an_exponent_of_64_bits_is_none_too_many() throws Exception {
    KeyPair pair = rsa(LONGER_THAN_64_BITS.subtract(BigInteger.TWO));

    SigningRequest read = SigningRequest.read(Requester.csr("CN=a", pair, pair.getPrivate(), RSA));

    assertThat(read.key()).isEqualTo(pair.getPublic());
  }

  private static KeyPair rsa(BigInteger exponent) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(new RSAKeyGenParameterSpec(2_048, exponent));
    return generator.generateKeyPair();
  }

  private String token() {
    return tokens.create(Optional.empty(), List.of(), 1, Duration.ofHours(1)).text().reveal();
  }

  private Answer join(String token, byte[] csr) throws Exception {
    return service.join(Requester.join(token, csr), "192.0.2.1");
  }

  private void assertDenied(String token, byte[] csr, int status, String words) throws Exception {
    Answer answer = join(token, csr);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(JsonFields.read(answer.json(), 1 << 20).text("error")).contains(words);
  }
}
