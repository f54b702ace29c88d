package dev.entrepot.edge.policy.enrol;

import dev.entrepot.common.config.EdgeSettings.ControlLink;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.jose.CompactJws;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.tls.PemPair;
import dev.entrepot.common.wire.Enrolment;
import dev.entrepot.edge.policy.SnapshotKeeper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out who this edge is, and joins if it is nobody yet. The join token itself is never sent:
 * an HMAC under it proves that this edge holds it, and only to a control plane that has proved
 * itself before.
 */
public final class Joining {
  private static final Logger LOG = LoggerFactory.getLogger(Joining.class);

  private final ControlLink link;
  private final InstantSource clock;
  private final SecureRandom random;
  private final CredentialFiles files;

  private Joining(ControlLink link, InstantSource clock, SecureRandom random) {
    this.link = link;
    this.clock = clock;
    this.random = random;
    this.files = new CredentialFiles(link.credentials());
  }

  /**
   * Who this edge is by its credentials directory; otherwise it joins and keeps what it gets there.
   * Credentials whose certificate has ended are returned too: {@link Renewal} may still renew them.
   * Blocks, up to 40 seconds when it joins.
   *
   * @param names DNS names and addresses of the peer door, for the certificate
   * @throws Refusal with one sentence that says what to do
   */
  public static NodeIdentity ensure(ControlLink link, List<String> names, InstantSource clock) {
    return ensure(link, names, clock, new SecureRandom());
  }

  /** The same with a source of randomness for the key. */
  public static NodeIdentity ensure(
      ControlLink link, List<String> names, InstantSource clock, SecureRandom random) {
    return new Joining(link, clock, random).ensure(names);
  }

  private NodeIdentity ensure(List<String> names) {
    Optional<NodeIdentity> known = files.read();
    if (known.isEmpty()) {
      return join(names);
    }
    NodeIdentity node = known.get();
    link.pin().ifPresent(pin -> Grant.requirePin(node, pin));
    remark(node);
    return node;
  }

  private NodeIdentity join(List<String> names) {
    String token = token();
    List<X509Certificate> authorities =
        link.authorities().map(PemPair::certificates).orElse(List.of());
    if (authorities.isEmpty() && link.pin().isEmpty()) {
      throw new Refusal(
          "nothing says which control plane at "
              + link.url()
              + " is the right one: give the pin that it prints (control-plane.ca-pin, or --pin)");
    }
    files.prepare();
    KeyAndRequest mine = KeyAndRequest.make(link.node().orElseGet(NodeNames::host), names, random);
    ControlClient client =
        new ControlClient(
            link.url(), new ServerTrust(authorities, link.pin(), clock), Optional.empty());
    int dot = token.indexOf('.');
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("token", token.substring(0, dot));
    body.put("csr", mine.requestPem());
    body.put("mac", CompactJws.encode(proof(token.substring(dot + 1), mine.request())));
    JsonFields answer = client.post(Enrolment.JOIN, body);
    Grant grant = Grant.of(link.url(), answer, this::demand);
    NodeIdentity node = files.write(grant, mine.keyPem());
    keep(grant.snapshot(), node);
    LOG.info("joined the installation {} as {}", node.installation(), node.name());
    return node;
  }

  /** The edge knows whom to shut out before its doors open for the first time. */
  private void keep(String snapshot, NodeIdentity node) {
    SnapshotKeeper keeper =
        new SnapshotKeeper(
            node.installation(),
            node.snapshotKey(),
            Optional.of(node.snapshot()),
            clock,
            Runnable::run);
    keeper.load();
    keeper.snapshot(snapshot);
  }

  private String token() {
    String token =
        link.joinToken()
            .orElseThrow(() ->
                new Refusal(
                    "there are no credentials in "
                        + link.credentials()
                        + " and no join token: give one that the control plane made"
                        + " (control-plane.join-token, or --token)"))
            .reveal();
    if (!Enrolment.TOKEN.matcher(token).matches()) {
      throw new Refusal(
          "the join token is not of six characters, a dot and forty-three characters: copy the"
              + " whole token");
    }
    return token;
  }

  private void demand(NodeIdentity proposed) {
    link.pin().ifPresent(pin -> Grant.requirePin(proposed, pin));
    Grant.requireNow(proposed, clock.instant());
  }

  private void remark(NodeIdentity node) {
    Instant now = clock.instant();
    Path file = node.certificate();
    if (now.isAfter(node.certified().getNotAfter().toInstant())) {
      LOG.warn(
          "this machine's clock says {} and the certificate in {} ended at {}: it is renewed if"
              + " the control plane still allows that",
          now,
          file,
          node.certified().getNotAfter().toInstant());
    } else if (now.isBefore(node.certified().getNotBefore().toInstant())) {
      LOG.warn(
          "this machine's clock says {} but the certificate in {} begins at {}: set the clock right",
          now,
          file,
          node.certified().getNotBefore().toInstant());
    }
  }

  private static byte[] proof(String secret, byte[] request) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      byte[] key = Pins.sha256(secret.getBytes(StandardCharsets.US_ASCII));
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(request);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
