package dev.entrepot.control.ca;

import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.json.UnreadableJsonException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A node that has joined.
 *
 * @param certificates that count, the newest first, never empty
 * @param hosts that its certificates may be good for, as its join token named them
 */
public record Node(
    String name,
    List<Serial> certificates,
    List<String> hosts,
    Instant joinedAt,
    Instant lastRenewed) {
  private static final int MOST_BYTES = 262_144;

  public Node {
    certificates = List.copyOf(certificates);
    hosts = List.copyOf(hosts);
  }

  /**
   * A certificate's number and end.
   *
   * @param serial lower-case hexadecimal
   */
  public record Serial(String serial, Instant end) {
    static Serial of(X509Certificate certificate) {
      return new Serial(
          certificate.getSerialNumber().toString(16), certificate.getNotAfter().toInstant());
    }
  }

  boolean counts(Serial serial) {
    return certificates.contains(serial);
  }

  /** The newest certificate, and the one that asked for it: its answer may get lost. */
  Node renewed(Serial newest, Serial asked, Instant now) {
    return new Node(name, List.of(newest, asked), hosts, joinedAt, now);
  }

  /** Known by a certificate that was issued behind all of these, and by no other. */
  Node recalled(Serial serial, Instant issued) {
    return new Node(name, List.of(serial), hosts, joinedAt, issued);
  }

  byte[] encode() {
    List<Map<String, Object>> serials = new ArrayList<>();
    for (Serial it : certificates) {
      serials.add(Map.of("serial", it.serial, "end", it.end.getEpochSecond()));
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("certificates", serials);
    fields.put("hosts", hosts);
    fields.put("joined", joinedAt.getEpochSecond());
    fields.put("renewed", lastRenewed.getEpochSecond());
    return JsonFields.write(fields);
  }

  static Node decode(String name, byte[] bytes) {
    try {
      JsonFields fields = JsonFields.read(bytes, MOST_BYTES);
      List<Serial> serials = new ArrayList<>();
      for (JsonFields it : fields.objects("certificates")) {
        serials.add(new Serial(it.text("serial"), Instant.ofEpochSecond(it.number("end"))));
      }
      return new Node(
          name,
          serials,
          fields.has("hosts") ? fields.texts("hosts") : List.of(),
          Instant.ofEpochSecond(fields.number("joined")),
          Instant.ofEpochSecond(fields.number("renewed")));
    } catch (UnreadableJsonException e) {
      throw new IllegalStateException("the record of node " + name + " is damaged", e);
    }
  }
}
