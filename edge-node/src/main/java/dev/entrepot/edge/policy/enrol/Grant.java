package dev.entrepot.edge.policy.enrol;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.jose.RsaKeys;
import dev.entrepot.common.jose.UnreadableJwsException;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.json.UnreadableJsonException;
import dev.entrepot.common.tls.PemPair;
import dev.entrepot.common.wire.NodeCredentials;
import dev.entrepot.common.wire.SnapshotCodec;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the control plane answers to a join or a renewal.
 *
 * @param certificate PEM, with its chain
 * @param authorities PEM
 * @param demands further checks of the caller's, made before anything is kept
 */
record Grant(
    URI control,
    String node,
    String installation,
    String certificate,
    String authorities,
    RSAPublicKey snapshotKey,
    String snapshot,
    Consumer<NodeIdentity> demands) {

  static Grant of(URI control, JsonFields answer, Consumer<NodeIdentity> demands) {
    try {
      return new Grant(
          control,
          answer.text("node"),
          answer.text("installation"),
          answer.text("certificate"),
          answer.text("authorities"),
          RsaKeys.fromJwk(answer.object("snapshotKey")),
          answer.text("snapshot"),
          demands);
    } catch (UnreadableJsonException e) {
      throw new Refusal(unfit(control, e.getMessage()), e);
    }
  }

  /** The files' contents by where they go. */
  Map<Path, byte[]> files(NodeCredentials to, String key) {
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("installation", installation);
    said.put("node", node);
    said.put("control", control.toString());
    said.put("snapshotKey", RsaKeys.toJwk(snapshotKey));
    Map<Path, byte[]> files = new LinkedHashMap<>();
    files.put(to.key(), bytes(key));
    files.put(to.certificate(), bytes(certificate));
    files.put(to.authorities(), bytes(authorities));
    files.put(to.installation(), JsonFields.write(said));
    return files;
  }

  /** Whether it can be lived by: the snapshot is signed by the key, and the caller agrees. */
  void check(NodeIdentity proposed) {
    try {
      String named = SnapshotCodec.read(snapshot, snapshotKey).installation();
      if (!named.equals(installation)) {
        throw new Refusal(unfit(control, "its snapshot is of another installation"));
      }
    } catch (UnreadableJwsException e) {
      throw new Refusal(unfit(control, e.getMessage()), e);
    }
    demands.accept(proposed);
  }

  /** The new certificate is good now, or one of two clocks is wrong. */
  static void requireNow(NodeIdentity node, Instant now) {
    Instant from = node.certified().getNotBefore().toInstant();
    Instant to = node.certified().getNotAfter().toInstant();
    if (now.isBefore(from) || now.isAfter(to)) {
      throw new Refusal(
          "this machine's clock says "
              + now
              + " but its new certificate is good from "
              + from
              + " to "
              + to
              + ": set the clock right, here or at the control plane, and join again");
    }
  }

  /** One of its authorities has the pin. */
  static void requirePin(NodeIdentity node, String pin) {
    if (PemPair.certificates(node.authorities()).stream()
        .noneMatch(it -> pin.equals(Pins.of(it)))) {
      throw new Refusal(
          "the credentials in "
              + node.files().directory()
              + " are of another installation ("
              + node.installation()
              + "), none of whose authorities has the pin "
              + pin
              + ": correct ca-pin, or empty that directory and join again with a new join token");
    }
  }

  private static String unfit(URI control, @Nullable String why) {
    return "the control plane at "
        + control
        + " gave an answer that cannot be lived by ("
        + why
        + "): run the same version on both sides";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
