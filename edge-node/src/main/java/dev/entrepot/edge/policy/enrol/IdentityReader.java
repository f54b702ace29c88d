package dev.entrepot.edge.policy.enrol;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.jose.RsaKeys;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.json.UnreadableJsonException;
import dev.entrepot.common.tls.PemPair;
import dev.entrepot.common.wire.NodeCredentials;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the four files of a node, and proves that they belong together. */
final class IdentityReader {
  private static final int MOST_BYTES = 65_536;

  private IdentityReader() {}

  /**
   * Reads them; the certificate's dates are not looked at.
   *
   * @throws Refusal when one cannot be read, or they are not of one node
   */
  static NodeIdentity read(NodeCredentials files) {
    X509Certificate leaf = PemPair.readOfAnyDate(files.certificate(), files.key()).certificate();
    try {
      JsonFields said = JsonFields.read(Files.readAllBytes(files.installation()), MOST_BYTES);
      NodeIdentity node =
          new NodeIdentity(
              said.text("node"),
              said.text("installation"),
              URI.create(said.text("control")),
              RsaKeys.fromJwk(said.object("snapshotKey")),
              leaf,
              files);
      requireFit(node);
      return node;
    } catch (IOException | UnreadableJsonException | IllegalArgumentException e) {
      throw damaged(files, files.installation().getFileName() + " cannot be read", e);
    }
  }

  private static void requireFit(NodeIdentity node) {
    String uri = NodeNames.uri(node.installation(), node.name());
    if (!NodeNames.uris(node.certified()).equals(List.of(uri))) {
      throw damaged(
          node.files(), "the certificate is of another node or installation than " + uri, null);
    }
    if (PemPair.certificates(node.authorities()).stream()
        .noneMatch(it -> signed(it, node.certified()))) {
      throw damaged(
          node.files(), "the certificate is from none of the authorities in ca.crt", null);
    }
  }

  static boolean signed(X509Certificate authority, X509Certificate other) {
    if (!other.getIssuerX500Principal().equals(authority.getSubjectX500Principal())) {
      return false;
    }
    try {
      other.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  private static Refusal damaged(NodeCredentials files, String what, @Nullable Throwable cause) {
    String sentence =
        "the credentials in "
            + files.directory()
            + " do not fit together ("
            + what
            + "): empty that directory and join again with a new join token";
    return cause == null ? new Refusal(sentence) : new Refusal(sentence, cause);
  }
}
