package dev.entrepot.control.ca;

import static dev.entrepot.control.ca.Requester.csr;
import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.control.store.ControlStore.Change;
import dev.entrepot.control.store.ControlStore.Table;
import dev.entrepot.control.store.Restored;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that nodes got between a backup and its restoring. */
final class RecallTest {
  private static final Duration STEP =
      Duration.ofMinutes(1); // less than certificates are backdated

  @TempDir Path folder;
  private final MovingClock clock = new MovingClock();
  private final SecureRandom random = new SecureRandom();
  private final AtomicInteger changes = new AtomicInteger();
  private Authority authority;
  private RSAPublicKey snapshotKey;
  private Plane plane;

  /** A control plane's memory, which a backup brings back to what it was. */
  private final class Plane {
    private final HeapStore store;
    private final JoinTokens tokens;
    private final Nodes nodes;
    private final EnrolmentService service;

    Plane(HeapStore store) {
      this.store = store;
      this.tokens = new JoinTokens(store, clock, random);
      this.nodes = new Nodes(store, clock);
      this.service =
          new EnrolmentService(
              authority,
              tokens,
              nodes,
              () -> new Facts("abc", snapshotKey, "snapshot", Set.of()),
              new ControlSettings.Nodes(Duration.ofDays(30), Duration.ofDays(10)),
              clock,
              changes::incrementAndGet);
    }

    HeapStore copy() {
      HeapStore copy = new HeapStore();
      for (Table table : Table.values()) {
        List<Change> all = new ArrayList<>();
        store.all(table).forEach((key, value) -> all.add(new Change.Put(table, key, value)));
        copy.write(all);
      }
      return copy;
    }

    X509Certificate join(String name, Optional<String> only) throws Exception {
      clock.advance(STEP);
      String token = tokens.create(only, List.of(), 1, Duration.ofHours(1)).text().reveal();
      return certificate(service.join(Requester.join(token, csr("CN=" + name)), "192.0.2.1"));
    }

    X509Certificate renew(X509Certificate with) throws Exception {
      clock.advance(STEP);
      return certificate(service.renew(Requester.renew(csr("CN=edge")), with));
    }

    List<String> serials(String name) {
      return nodes.find(name).orElseThrow().certificates().stream()
          .map(Node.Serial::serial)
          .toList();
    }
  }

  @BeforeEach
  void begin() throws Exception {
    authority = Authority.openOrCreate(folder, "abc", clock, random);
    snapshotKey = (RSAPublicKey) Requester.rsa(2_048).getPublic();
    plane = new Plane(new HeapStore());
  }

  private Plane restored(HeapStore backup, Instant made) {
    clock.advance(STEP);
    backup.write(List.of(new Restored(made, clock.instant()).kept()));
    clock.advance(STEP);
    return new Plane(backup);
  }

  @Test
  void the_newest_certificate_counts_alone_whoever_comes_first() throws Exception {
    X509Certificate first = plane.join("edge-1", Optional.empty());
    HeapStore backup = plane.copy();
    Instant made = clock.instant();
    X509Certificate second = plane.renew(first);
    X509Certificate third = plane.renew(second);
    Plane again = restored(backup, made);
    changes.set(0);

    again.service.recall(second);
    assertThat(again.serials("edge-1")).containsExactly(hex(second));
    again.service.recall(third);
    assertThat(again.serials("edge-1")).containsExactly(hex(third));
    assertThat(changes).hasValue(2);
    again.service.recall(second);
    again.service.recall(first);
    again.service.recall(third);
    assertThat(again.serials("edge-1")).containsExactly(hex(third));
    assertThat(changes).hasValue(2);
  }

  @Test
  void what_was_replaced_before_the_backup_stays_so() throws Exception {
    X509Certificate first = plane.join("edge-1", Optional.empty());
    X509Certificate second = plane.renew(first);
    X509Certificate third = plane.renew(second);
    Instant made = clock.instant();
    Plane again = restored(plane.copy(), made);

    again.service.recall(first);
    assertThat(again.serials("edge-1")).containsExactly(hex(third), hex(second));
  }

  @Test
  void what_was_replaced_behind_the_restore_stays_so() throws Exception {
    X509Certificate first = plane.join("edge-1", Optional.empty());
    HeapStore backup = plane.copy();
    Instant made = clock.instant();
    X509Certificate stolen = plane.renew(first);
    Plane again = restored(backup, made);
    X509Certificate fresh = again.join("edge-1", Optional.of("edge-1"));
    X509Certificate next = again.join("edge-1", Optional.of("edge-1"));

    again.service.recall(stolen);
    again.service.recall(fresh);
    assertThat(again.serials("edge-1")).containsExactly(hex(next));
  }

  @Test
  void nodes_that_the_backup_does_not_know_and_others_certificates_are_not_recalled()
      throws Exception {
    plane.join("edge-1", Optional.empty());
    HeapStore backup = plane.copy();
    Instant made = clock.instant();
    X509Certificate later = plane.join("edge-2", Optional.empty());
    Authority other = Authority.openOrCreate(folder.resolve("other"), "abc", clock, random);
    X509Certificate forged =
        other.issueNode(later.getPublicKey(), "abc", "edge-1", List.of(), Duration.ofDays(1));
    Plane again = restored(backup, made);
    List<String> before = again.serials("edge-1");

    again.service.recall(later);
    again.service.recall(forged);
    assertThat(again.nodes.all()).extracting(Node::name).containsExactly("edge-1");
    assertThat(again.serials("edge-1")).isEqualTo(before);
  }

  @Test
  void a_state_that_was_never_restored_recalls_nothing() throws Exception {
    X509Certificate first = plane.join("edge-1", Optional.empty());
    HeapStore older = plane.copy();
    X509Certificate second = plane.renew(first);
    Plane again = new Plane(older);

    again.service.recall(second);
    assertThat(again.serials("edge-1")).containsExactly(hex(first));
  }

  private static String hex(X509Certificate certificate) {
    return certificate.getSerialNumber().toString(16);
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
}
