package dev.entrepot.control.ca;

import static dev.entrepot.control.ca.Requester.csr;
import static dev.entrepot.control.ca.Requester.dns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.json.JsonFields;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which hosts a node may get a certificate for: those that an operator named, whoever asks. */
final class CertifiedHostsTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path folder;
  private final MovingClock clock = new MovingClock();
  private final SecureRandom random = new SecureRandom();
  private final HeapStore store = new HeapStore();
  private final JoinTokens tokens = new JoinTokens(store, clock, random);
  private final Nodes nodes = new Nodes(store, clock);
  private EnrolmentService service;

  @BeforeEach
  void begin() throws Exception {
    RSAPublicKey snapshotKey = (RSAPublicKey) Requester.rsa(2_048).getPublic();
    service =
        new EnrolmentService(
            Authority.openOrCreate(folder, "abc", clock, random),
            tokens,
            nodes,
            () -> new Facts("abc", snapshotKey, "snapshot", Set.of()),
            new ControlSettings.Nodes(Duration.ofDays(30), Duration.ofDays(10)),
            clock,
            () -> {});
  }

  @Test
  void a_token_without_hosts_certifies_private_addresses_alone() throws Exception {
    for (String address : List.of("127.0.0.11", "10.1.2.3", "192.168.0.9", "::1", "fd00::7")) {
      assertThat(names(join(token(), csr("CN=a-" + address.replace(":", ""), ip(address)))))
          .contains(normal(address));
    }
    for (GeneralName other :
        List.of(
            dns("registry-1.docker.io"),
            dns("localhost"),
            dns("e1"),
            ip("8.8.8.8"),
            ip("169.254.169.254"),
            ip("2606:4700::1"))) {
      assertDenied(
          join(token(), csr("CN=edge-1", ip("127.0.0.1"), other)),
          "is no private address",
          "names no hosts: join with a token made by entrepot join-token create --host ");
    }
    assertThat(nodes.find("edge-1")).isEmpty();
  }

  @Test
  void a_token_with_hosts_certifies_those_and_is_not_spent_on_others() throws Exception {
    String token = token("E1.lan", "203.0.113.7", "fd00::7");

    assertDenied(
        join(token, csr("CN=edge-1", dns("e1.lan"), dns("registry-1.docker.io"))),
        "registry-1.docker.io is none of the hosts that the join token " + token.substring(0, 6),
        "entrepot join-token create --host registry-1.docker.io");
    assertDenied(
        join(token, csr("CN=edge-1", ip("127.0.0.1"))),
        "none of the hosts",
        "names: give this edge its own address with --address if it is one of those"
            + " (E1.lan, 203.0.113.7, fd00::7), or join with a token made by",
        "--host 127.0.0.1");
    assertThat(
            names(join(token, csr("CN=edge-1", dns("e1.LAN"), ip("203.0.113.7"), ip("fd00::7")))))
        .contains("e1.lan", "203.0.113.7", normal("fd00::7"));
  }

  @Test
  void a_renewal_certifies_what_the_join_token_named_and_nothing_else() throws Exception {
    X509Certificate first = certificate(join(token("e1.lan", "e2.lan"), csr("CN=edge-1")));

    X509Certificate second = certificate(renew(first, dns("e2.lan")));
    assertThat(names(second)).contains("e2.lan");
    assertDenied(
        renew(second, dns("registry-1.docker.io")),
        "registry-1.docker.io is none of the hosts that the join token of the node edge-1 names",
        "join-token create --node edge-1 --host registry-1.docker.io");
    assertThat(names(renew(second, dns("e1.lan")))).contains("e1.lan");
  }

  @Test
  void who_joins_again_has_the_hosts_of_the_new_token() throws Exception {
    certificate(join(token("e1.lan"), csr("CN=edge-1", dns("e1.lan"))));
    String again = tokens.create(Optional.of("edge-1"), List.of("e2.lan"), 1, HOUR).text().reveal();
    X509Certificate moved = certificate(join(again, csr("CN=edge-1", dns("e2.lan"))));

    assertDenied(renew(moved, dns("e1.lan")), "none of the hosts");
    assertThat(names(renew(moved, dns("e2.lan")))).contains("e2.lan");
  }

  /** Some clients take a common name for a host's when there is no other name. */
  @Test
  void the_common_name_is_no_host() throws Exception {
    X509Certificate made = certificate(join(token(), csr("CN=registry-1.docker.io")));

    assertThat(made.getSubjectX500Principal().getName()).isEqualTo("CN=node registry-1.docker.io");
  }

  @Test
  void a_token_is_not_made_for_what_is_no_host() {
    for (String wrong : List.of("*.lan", "a b", "127.1", "", "https://e1.lan")) {
      assertThatThrownBy(() -> token(wrong))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("neither a DNS name nor an address");
    }
    assertThatThrownBy(() -> token(Collections.nCopies(257, "e1.lan").toArray(String[]::new)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("256 hosts at most");
  }

  @Test
  void as_many_hosts_as_a_token_may_name_are_kept() throws Exception {
    String[] hosts = new String[256];
    for (int i = 0; i < hosts.length; i++) {
      hosts[i] = "e" + i + ("." + "x".repeat(60)).repeat(4);
    }
    X509Certificate made = certificate(join(token(hosts), csr("CN=edge-1", dns(hosts[255]))));

    assertThat(names(renew(made, dns(hosts[254])))).contains(hosts[254]);
  }

  private String token(String... hosts) {
    return tokens.create(Optional.empty(), List.of(hosts), 1, HOUR).text().reveal();
  }

  private Answer join(String token, byte[] csr) throws Exception {
    return service.join(Requester.join(token, csr), "192.0.2.1");
  }

  private Answer renew(X509Certificate peer, GeneralName name) throws Exception {
    return service.renew(Requester.renew(csr("CN=edge-1", name)), peer);
  }

  private static GeneralName ip(String address) {
    return new GeneralName(GeneralName.iPAddress, address);
  }

  private static String normal(String address) {
    return java.net.InetAddress.ofLiteral(address).getHostAddress();
  }

  private static List<String> names(Answer answer) throws Exception {
    return names(certificate(answer));
  }

  private static List<String> names(X509Certificate certificate) throws Exception {
    return certificate.getSubjectAlternativeNames().stream()
        .map(name -> String.valueOf(name.getLast()))
        .toList();
  }

  private static X509Certificate certificate(Answer answer) throws Exception {
    assertThat(answer.status())
        .as(new String(answer.json(), StandardCharsets.UTF_8))
        .isEqualTo(200);
    String pem = JsonFields.read(answer.json(), 1 << 20).text("certificate");
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }

  private static void assertDenied(Answer answer, String... words) throws Exception {
    assertThat(answer.status())
        .as(new String(answer.json(), StandardCharsets.UTF_8))
        .isEqualTo(403);
    assertThat(JsonFields.read(answer.json(), 1 << 20).text("error")).contains(words);
  }
}
