package dev.entrepot.control.ca;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.jose.CompactJws;
import dev.entrepot.common.jose.RsaKeys;
import dev.entrepot.common.jose.UnreadableJwsException;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.json.UnreadableJsonException;
import dev.entrepot.common.wire.Enrolment;
import dev.entrepot.control.store.ControlStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code /v1/join} and {@code /v1/renew} ({@link Enrolment}). A node's name and the rest of
 * its certificate are decided here; a request only proposes. Blocks; callable from any thread.
 */
public final class EnrolmentService {
  private static final Logger LOG = LoggerFactory.getLogger(EnrolmentService.class);
  private static final int MOST_BYTES = 65_536;
  private static final int OK = 200;
  private static final Pattern ID = Pattern.compile("[a-z0-9]{6}");

  private final Authority authority;
  private final JoinTokens tokens;
  private final Nodes nodes;
  private final Supplier<Facts> facts;
  private final ControlSettings.Nodes settings;
  private final InstantSource clock;
  private final Runnable changed;

  /**
   * @param facts asked anew for each answer, after {@code changed} has run
   * @param changed runs after a node has got a certificate that others do not know yet
   */
  public EnrolmentService(
      Authority authority,
      JoinTokens tokens,
      Nodes nodes,
      Supplier<Facts> facts,
      ControlSettings.Nodes settings,
      InstantSource clock,
      Runnable changed) {
    this.authority = authority;
    this.tokens = tokens;
    this.nodes = nodes;
    this.facts = facts;
    this.settings = settings;
    this.clock = clock;
    this.changed = changed;
  }

  @FunctionalInterface
  private interface Deed {
    Answer go() throws Denied, UnreadableJsonException, UnreadableJwsException;
  }

  /**
   * Answers {@code POST /v1/join}.
   *
   * @param remote who asks, an IP literal for the log
   */
  public Answer join(byte[] body, String remote) {
    return answer(
        "join from " + remote,
        () -> {
          JsonFields fields = JsonFields.read(body, MOST_BYTES);
          String id = fields.text("token");
          if (!ID.matcher(id).matches()) {
            throw new Denied(
                Denied.MALFORMED, "token is no id of a join token: copy the whole token");
          }
          byte[] mac = CompactJws.decode(fields.text("mac"));
          byte[] csr = SigningRequest.der(fields.text("csr"));
          // Whoever has no token makes us read no request: keys are theirs to choose.
          Issued issued = tokens.redeem(id, csr, mac, (token, use) -> admitted(token, use, csr));
          LOG.info("the node {} joined from {} with join token {}", issued.name, remote, id);
          return granted(issued);
        });
  }

  private Issued admitted(TokenRecord token, ControlStore.Change spent, byte[] csr) throws Denied {
    SigningRequest request = SigningRequest.read(csr);
    String name = name(token, request);
    return new Issued(name, nodes.add(name, token, () -> certificate(name, request), spent));
  }

  /**
   * Answers {@code POST /v1/renew}.
   *
   * @param peer a certificate whose private key the client has; nothing else about it was checked
   */
  public Answer renew(byte[] body, X509Certificate peer) {
    return answer(
        "renewal",
        () -> {
          String name = member(peer);
          String csr = JsonFields.read(body, MOST_BYTES).text("csr");
          SigningRequest request = SigningRequest.read(SigningRequest.der(csr));
          requireNotOurs(request);
          recall(name, peer);
          X509Certificate made =
              nodes.renew(name, Node.Serial.of(peer), node -> renewed(node, request));
          LOG.info("the node {} renewed its certificate", name);
          return granted(new Issued(name, made));
        });
  }

  /**
   * May let a certificate of a node count that is none of the current ones: behind a restore a node
   * can have a newer one than the backup knows.
   *
   * @param peer a certificate whose private key the client has; nothing else about it was checked
   */
  public void recall(X509Certificate peer) {
    try {
      recall(member(peer), peer);
    } catch (Denied _) {
      // It stays none of a node's.
    }
  }

  private void recall(String name, X509Certificate peer) {
    if (nodes.recall(name, peer)) {
      LOG.info("the node {} is known again by a certificate that the backup did not have", name);
      changed.run();
    }
  }

  private record Issued(String name, X509Certificate certificate) {}

  private String member(X509Certificate peer) throws Denied {
    if (!authority.issued(peer)) {
      throw new Denied(
          Denied.UNPROVED,
          "this certificate is not from this installation's authority: remove the credentials"
              + " and join with a join token of this control plane");
    }
    NodeUri uri =
        NodeUri.in(peer)
            .filter(it -> it.installation().equals(facts.get().installation()))
            .orElseThrow(() ->
                new Denied(
                    Denied.FORBIDDEN,
                    "this certificate names no node of this installation: remove the credentials"
                        + " and join with a join token of this control plane"));
    Instant end = peer.getNotAfter().toInstant();
    if (clock.instant().isAfter(end.plus(settings.renewalGrace()))) {
      throw new Denied(
          Denied.FORBIDDEN,
          "the certificate of the node "
              + uri.name()
              + " ended at "
              + end
              + ", too long ago to renew it: remove the credentials and join again with a join"
              + " token made for that name");
    }
    return uri.name();
  }

  private String name(TokenRecord token, SigningRequest request) throws Denied {
    requireNotOurs(request);
    token
        .hosts()
        .require(
            request.names(),
            "the join token " + token.id(),
            "join with a token made by entrepot join-token create" + forNode(token.node()));
    Optional<String> only = token.node();
    if (only.isPresent() && request.node().isPresent() && !only.equals(request.node())) {
      throw new Denied(
          Denied.CONFLICT,
          "the join token "
              + token.id()
              + " is for the node "
              + only.get()
              + ", not for "
              + request.node().get()
              + ": join with that name, or with another token");
    }
    return only.or(request::node)
        .orElseThrow(() ->
            new Denied(
                Denied.MALFORMED,
                "neither the join token nor csr names the node: put a name into csr"));
  }

  private void requireNotOurs(SigningRequest request) throws Denied {
    Optional<String> why = Hosts.whyNot(request.names(), facts.get().controlNames());
    if (why.isPresent()) {
      throw new Denied(Denied.CONFLICT, why.get());
    }
  }

  private X509Certificate renewed(Node node, SigningRequest request) throws Denied {
    new Hosts(node.hosts())
        .require(
            request.names(),
            "the join token of the node " + node.name(),
            "remove its credentials and join again with a token made by entrepot join-token create"
                + forNode(Optional.of(node.name())));
    return certificate(node.name(), request);
  }

  private static String forNode(Optional<String> name) {
    return name.map(it -> " --node " + it).orElse("");
  }

  private X509Certificate certificate(String name, SigningRequest request) {
    return authority.issueNode(
        request.key(),
        facts.get().installation(),
        name,
        request.names(),
        settings.certificateLife());
  }

  private Answer granted(Issued issued) {
    changed.run();
    Facts told = facts.get();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("node", issued.name);
    fields.put("certificate", authority.chain(issued.certificate));
    fields.put("authorities", authority.certificatePem());
    fields.put("installation", told.installation());
    fields.put("snapshotKey", RsaKeys.toJwk(told.snapshotKey()));
    fields.put("snapshot", told.snapshot());
    return new Answer(OK, JsonFields.write(fields));
  }

  private static Answer answer(String what, Deed deed) {
    try {
      return deed.go();
    } catch (Denied denied) {
      return denied(what, denied.status(), String.valueOf(denied.getMessage()));
    } catch (UnreadableJsonException | UnreadableJwsException e) {
      return denied(
          what,
          Denied.MALFORMED,
          "the request cannot be read (" + e.getMessage() + "): send one as entrepot join does");
    }
  }

  private static Answer denied(String what, int status, String sentence) {
    LOG.warn("a {} was denied: {}", what, sentence);
    return new Answer(status, JsonFields.write(Map.of("error", sentence)));
  }
}
