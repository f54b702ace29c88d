package dev.entrepot.edge.policy.enrol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.edge.policy.Installation;
import dev.entrepot.edge.policy.SnapshotKeeper;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

/** Whom the peer door takes for an edge. */
class EdgeCertificatesTest {
  private final Installation ours = new Installation("ours");
  private final SnapshotKeeper keeper =
      new SnapshotKeeper(
          "ours", ours.snapshotKey(), Optional.empty(), InstantSource.system(), Runnable::run);
  private final EdgeCertificates edges = new EdgeCertificates("ours", keeper);

  @Test
  void before_a_snapshot_says_who_belongs_to_the_site_nobody_does() throws Exception {
    assertThat(edges.test(certificate("ours", "edge-1", 0xab))).isFalse();
  }

  @Test
  void only_the_certificates_that_the_snapshot_lists_count() throws Exception {
    listed(new Snapshot.Edge("edge-1", List.of("ab")));
    assertThat(edges.test(certificate("ours", "edge-1", 0xab))).isTrue();
    assertThat(edges.test(certificate("ours", "edge-1", 0xac))).isFalse();
    assertThat(edges.test(certificate("ours", "edge-2", 0xab))).isFalse();
    assertThat(edges.test(certificate("other", "edge-1", 0xab))).isFalse();
  }

  private void listed(Snapshot.Edge edge) {
    Snapshot like = ours.snapshot(1);
    keeper.snapshot(
        ours.sign(
            new Snapshot(
                like.installation(),
                like.version(),
                like.issuedAt(),
                like.keys(),
                like.tokens(),
                like.revocations(),
                like.access(),
                List.of(edge),
                List.of())));
    assertThat(keeper.current()).isPresent();
  }

  private static X509Certificate certificate(String installation, String node, long serial)
      throws Exception {
    KeyPair keys = Installation.rsa(2048);
    X500Name name = new X500Name("CN=" + node);
    String uri = NodeNames.uri(installation, node);
    Instant now = Instant.now();
    byte[] der =
        new JcaX509v3CertificateBuilder(
                name,
                BigInteger.valueOf(serial),
                Date.from(now),
                Date.from(now.plusSeconds(60)),
                name,
                keys.getPublic())
            .addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri)))
            .build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate()))
            .getEncoded();
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }
}
