package dev.entrepot.control.ca;

import static dev.entrepot.control.ca.Requester.csr;
import static dev.entrepot.control.ca.Requester.dns;
import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.tls.Pem;
import dev.entrepot.common.wire.Snapshot;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EnrolmentServiceTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration LIFE = Duration.ofDays(30);
  private static final Duration GRACE = Duration.ofDays(10);
  private static final String EC = "SHA256withECDSA";

  @TempDir Path folder;
  private final MovingClock clock = new MovingClock();
  private final SecureRandom random = new SecureRandom();
  private final HeapStore store = new HeapStore();
  private final JoinTokens tokens = new JoinTokens(store, clock, random);
  private final Nodes nodes = new Nodes(store, clock);
  private final AtomicInteger changes = new AtomicInteger();
  private EnrolmentService service;
  private Authority authority;
  private RSAPublicKey snapshotKey;

  @BeforeEach
  void begin() throws Exception {
    authority = Authority.openOrCreate(folder, "abc", clock, random);
    snapshotKey = (RSAPublicKey) Requester.rsa(2_048).getPublic();
    service = service("abc");
  }

  private EnrolmentService service(String installation) {
    return new EnrolmentService(
        authority,
        tokens,
        nodes,
        () ->
            new Facts(installation, snapshotKey, "snapshot-" + changes, Set.of("c.example", "::1")),
        new ControlSettings.Nodes(LIFE, GRACE),
        clock,
        changes::incrementAndGet);
  }

  private String token(int uses) {
    return tokens.create(Optional.empty(), List.of(), uses, HOUR).text().reveal();
  }

  private String tokenFor(String node) {
    return tokens.create(Optional.of(node), List.of(), 1, HOUR).text().reveal();
  }

  private Answer join(String token, byte[] csr) throws Exception {
    return service.join(Requester.join(token, csr), "192.0.2.1");
  }

  private X509Certificate joined(String name) throws Exception {
    return certificate(join(token(1), csr("CN=" + name)));
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

  private static void assertDenied(Answer answer, int status, String words) throws Exception {
    assertThat(answer.status())
        .as(new String(answer.json(), StandardCharsets.UTF_8))
        .isEqualTo(status);
    assertThat(JsonFields.read(answer.json(), 1 << 20).text("error")).contains(words);
  }

  @Test
  void a_token_lets_a_machine_in_under_the_name_it_asks_for() throws Exception {
    String token =
        tokens.create(Optional.empty(), List.of("e1.lan", "e1"), 1, HOUR).text().reveal();
    Answer answer = join(token, csr("CN=edge-1", dns("e1.lan"), dns("e1")));
    X509Certificate made = certificate(answer);
    JsonFields fields = JsonFields.read(answer.json(), 1 << 20);

    assertThat(authority.issued(made)).isTrue();
    assertThat(NodeUri.in(made)).contains(new NodeUri("abc", "edge-1"));
    assertThat(made.getSubjectAlternativeNames().toString()).contains("e1.lan", "e1");
    assertThat(fields.text("node")).isEqualTo("edge-1");
    assertThat(fields.text("installation")).isEqualTo("abc");
    assertThat(fields.text("authorities")).isEqualTo(authority.certificatePem());
    assertThat(fields.text("snapshot")).as("after the change").isEqualTo("snapshot-1");
    assertThat(nodes.edges())
        .containsExactly(new Snapshot.Edge("edge-1", List.of(made.getSerialNumber().toString(16))));
  }

  @Test
  void a_token_is_good_for_its_uses_and_no_more() throws Exception {
    String token = token(2);
    certificate(join(token, csr("CN=a")));
    certificate(join(token, csr("CN=b")));

    assertDenied(join(token, csr("CN=c")), 403, "is used up: ask for a new join token");
    assertThat(nodes.all()).hasSize(2);
  }

  @Test
  void many_at_a_time_share_the_uses_of_a_token() throws Exception {
    String token = token(5);
    List<Future<Answer>> answers = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 16; i++) {
        byte[] body = Requester.join(token, csr("CN=edge-" + i));
        answers.add(pool.submit(() -> service.join(body, "192.0.2.1")));
      }
    }
    int granted = 0;
    for (Future<Answer> answer : answers) {
      granted += answer.get().status() == 200 ? 1 : 0;
    }

    assertThat(granted).isEqualTo(5);
    assertThat(nodes.all()).hasSize(5);
  }

  @Test
  void the_same_request_sent_again_opens_nothing() throws Exception {
    byte[] body = Requester.join(token(1), csr("CN=edge-1"));
    certificate(service.join(body, "192.0.2.1"));

    assertDenied(service.join(body, "192.0.2.1"), 403, "used up");
  }

  @Test
  void a_token_ends() throws Exception {
    String token = token(1);
    clock.advance(HOUR);

    assertDenied(join(token, csr("CN=edge-1")), 403, "ended at 2030-01-01T01:00:00Z");
  }

  @Test
  void an_unknown_token_and_a_wrong_secret_are_unproved() throws Exception {
    String token = token(1);
    String wrong = token.substring(0, 7) + token(1).substring(7);

    assertDenied(join("zzzzzz" + token.substring(6), csr("CN=a")), 401, "there is no join token");
    assertDenied(join(wrong, csr("CN=a")), 401, "copy the whole token");
    certificate(join(token, csr("CN=a")));
  }

  @Test
  void a_proof_is_for_one_request_alone() throws Exception {
    JsonFields mine = JsonFields.read(Requester.join(token(1), csr("CN=a")), 1 << 20);
    String other = Pem.encode("CERTIFICATE REQUEST", csr("CN=a"));
    byte[] stolen =
        JsonFields.write(
            Map.of("token", mine.text("token"), "mac", mine.text("mac"), "csr", other));

    assertDenied(service.join(stolen, "192.0.2.1"), 401, "secret");
  }

  @Test
  void the_store_never_holds_a_secret() {
    String token = token(1);

    store
        .all(dev.entrepot.control.store.ControlStore.Table.JOIN_TOKENS)
        .values()
        .forEach(bytes ->
            assertThat(new String(bytes, StandardCharsets.UTF_8))
                .doesNotContain(token.substring(7)));
  }

  @Test
  void a_name_that_is_taken_is_given_again_only_by_a_token_for_it() throws Exception {
    X509Certificate first = joined("edge-1");
    String token = token(1);

    assertDenied(join(token, csr("CN=edge-1")), 409, "a join token made for that name");
    certificate(join(token, csr("CN=edge-2")));
    X509Certificate second = certificate(join(tokenFor("edge-1"), csr("CN=edge-1")));
    assertThat(nodes.find("edge-1").orElseThrow().certificates())
        .extracting(Node.Serial::serial)
        .containsExactly(second.getSerialNumber().toString(16));
    assertDenied(service.renew(Requester.renew(csr("CN=edge-1")), first), 403, "was replaced");
  }

  @Test
  void the_name_of_a_removed_node_is_free() throws Exception {
    joined("edge-1");
    assertThat(nodes.remove("edge-1")).isTrue();

    joined("edge-1");
    assertThat(nodes.remove("edge-2")).isFalse();
  }

  @Test
  void a_token_for_a_name_is_for_no_other_and_is_not_spent_on_one() throws Exception {
    String token = tokenFor("edge-1");

    assertDenied(join(token, csr("CN=edge-2")), 409, "is for the node edge-1, not for edge-2");
    certificate(join(token, csr("CN=edge-1")));
  }

  @Test
  void nameless_requests_get_the_name_of_the_token() throws Exception {
    assertDenied(join(token(1), csr("")), 400, "names the node");
    assertThat(NodeUri.in(certificate(join(tokenFor("edge-9"), csr("")))))
        .contains(new NodeUri("abc", "edge-9"));
  }

  @Test
  void a_request_shows_that_its_sender_holds_the_key() throws Exception {
    KeyPair mine = Requester.ec("secp256r1");
    KeyPair other = Requester.ec("secp256r1");

    assertDenied(join(token(1), csr("CN=a", other, mine.getPrivate(), EC)), 400, "not signed by");
  }

  @Test
  void keys_are_p256_or_rsa_of_2048_bits_or_more() throws Exception {
    KeyPair p384 = Requester.ec("secp384r1");
    KeyPair small = Requester.rsa(1_024);
    KeyPair good = Requester.rsa(2_048);

    assertDenied(join(token(1), csr("CN=a", p384, p384.getPrivate(), EC)), 400, "P-256");
    assertDenied(
        join(token(1), csr("CN=a", small, small.getPrivate(), "SHA256withRSA")), 400, "P-256");
    certificate(join(token(1), csr("CN=a", good, good.getPrivate(), "SHA256withRSA")));
  }

  @Test
  void names_that_are_none_get_no_certificate() throws Exception {
    GeneralName uri = new GeneralName(GeneralName.uniformResourceIdentifier, "entrepot://x/edge/y");
    GeneralName mail = new GeneralName(GeneralName.rfc822Name, "a@example.org");

    for (GeneralName name : List.of(dns("a b"), dns("*.lan"), dns("127.1"), uri, mail)) {
      assertDenied(join(token(1), csr("CN=a", name)), 400, "csr asks for");
    }
    assertDenied(join(token(1), csr("CN=../etc")), 400, "node name");
    assertThat(nodes.all()).isEmpty();
  }

  @Test
  void no_node_is_named_like_the_control_plane() throws Exception {
    GeneralName address = new GeneralName(GeneralName.iPAddress, "0:0:0:0:0:0:0:1");

    assertDenied(
        join(token(1), csr("CN=a", dns("C.Example"))),
        409,
        "own name, and no edge is certified for it: give");
    assertDenied(join(token(1), csr("CN=a", address)), 409, "own name");
    X509Certificate node = joined("a");
    assertDenied(
        service.renew(Requester.renew(csr("CN=a", dns("c.example"))), node), 409, "own name");
  }

  @Test
  void what_is_no_request_is_malformed() throws Exception {
    byte[] csr = csr("CN=a");
    byte[] longer = java.util.Arrays.copyOf(csr, csr.length + 1);

    assertDenied(service.join(new byte[0], "192.0.2.1"), 400, "cannot be read");
    assertDenied(
        service.join("{\"token\":\"../x\"}".getBytes(StandardCharsets.UTF_8), "192.0.2.1"),
        400,
        "token is no");
    assertDenied(
        service.join("{\"token\":1}".getBytes(StandardCharsets.UTF_8), "192.0.2.1"),
        400,
        "cannot be read");
    assertDenied(join(token(1), longer), 400, "csr");
    assertDenied(join(token(1), new byte[] {1, 2, 3}), 400, "csr cannot be read");
  }

  @Test
  void a_renewed_certificate_counts_beside_the_one_before_it() throws Exception {
    X509Certificate first = joined("edge-1");
    clock.advance(LIFE.dividedBy(2));
    X509Certificate second = certificate(service.renew(Requester.renew(csr("CN=whatever")), first));

    assertThat(NodeUri.in(second)).contains(new NodeUri("abc", "edge-1"));
    assertThat(serials()).containsExactly(hex(second), hex(first));
    assertThat(changes).hasValue(2);
    clock.advance(LIFE.dividedBy(2));
    assertThat(serials()).as("the first one has ended").containsExactly(hex(second));
  }

  @Test
  void an_answer_that_got_lost_can_be_asked_for_again() throws Exception {
    X509Certificate first = joined("edge-1");
    X509Certificate lost = certificate(service.renew(Requester.renew(csr("CN=a")), first));
    X509Certificate second = certificate(service.renew(Requester.renew(csr("CN=a")), first));

    assertThat(serials()).containsExactly(hex(second), hex(first));
    assertDenied(service.renew(Requester.renew(csr("CN=a")), lost), 403, "was replaced");
    certificate(service.renew(Requester.renew(csr("CN=a")), second));
  }

  @Test
  void a_certificate_is_renewed_within_its_grace_and_not_behind_it() throws Exception {
    X509Certificate first = joined("edge-1");
    clock.advance(LIFE.plus(GRACE));
    certificate(service.renew(Requester.renew(csr("CN=a")), first));
    clock.advance(Duration.ofSeconds(1));

    assertDenied(
        service.renew(Requester.renew(csr("CN=a")), first), 403, "too long ago to renew it");
  }

  @Test
  void a_removed_node_renews_nothing() throws Exception {
    X509Certificate first = joined("edge-1");
    nodes.remove("edge-1");

    assertDenied(service.renew(Requester.renew(csr("CN=a")), first), 403, "was removed");
    joined("edge-1");
    assertDenied(service.renew(Requester.renew(csr("CN=a")), first), 403, "was replaced");
  }

  @Test
  void certificates_of_others_renew_nothing() throws Exception {
    X509Certificate node = joined("edge-1");
    Authority other = Authority.openOrCreate(folder.resolve("other"), "abc", clock, random);
    X509Certificate forged = other.issueNode(node.getPublicKey(), "abc", "edge-1", List.of(), LIFE);
    IssuedPair server = authority.issuePeer(List.of("edge-1"), LIFE);

    assertDenied(
        service.renew(Requester.renew(csr("CN=a")), forged), 401, "not from this installation's");
    assertDenied(
        service("xyz").renew(Requester.renew(csr("CN=a")), node), 403, "names no node of this");
    X509Certificate peer =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(
                    new ByteArrayInputStream(server.chain().getBytes(StandardCharsets.US_ASCII)));
    assertDenied(service.renew(Requester.renew(csr("CN=a")), peer), 403, "names no node of this");
  }

  @Test
  void tokens_are_listed_without_their_secrets_and_can_be_taken_back() throws Exception {
    JoinTokens.Created made = tokens.create(Optional.of("edge-1"), List.of(), 3, HOUR);

    assertThat(tokens.all())
        .containsExactly(
            new JoinTokens.Known(made.id(), Optional.of("edge-1"), 3, clock.instant().plus(HOUR)));
    tokens.remove(made.id());
    assertDenied(join(made.text().reveal(), csr("CN=edge-1")), 401, "there is no join token");
    assertThat(made.toString()).doesNotContain(made.text().reveal());
  }

  @Test
  void a_token_is_forgotten_a_week_after_its_end() {
    token(1);
    clock.advance(HOUR.plusDays(8));
    token(1);

    assertThat(tokens.all()).hasSize(1);
  }

  private List<String> serials() {
    return nodes.edges().getFirst().serials();
  }

  private static String hex(X509Certificate certificate) {
    return certificate.getSerialNumber().toString(16);
  }
}
