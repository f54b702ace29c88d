package dev.entrepot.control.ca;

import dev.entrepot.common.jose.CompactJws;
import dev.entrepot.common.jose.UnreadableJwsException;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.json.UnreadableJsonException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A join token as it is kept; {@code hash} is SHA-256 of the secret's text. */
record TokenRecord(
    String id, byte[] hash, Optional<String> node, Hosts hosts, int usesLeft, Instant end) {
  private static final int MOST_BYTES = 262_144;

  TokenRecord used() {
    return new TokenRecord(id, hash, node, hosts, usesLeft - 1, end);
  }

  byte[] encode() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("hash", CompactJws.encode(hash));
    node.ifPresent(name -> fields.put("node", name));
    fields.put("hosts", hosts.named());
    fields.put("uses", usesLeft);
    fields.put("end", end.getEpochSecond());
    return JsonFields.write(fields);
  }

  static TokenRecord decode(String id, byte[] bytes) {
    try {
      JsonFields fields = JsonFields.read(bytes, MOST_BYTES);
      return new TokenRecord(
          id,
          CompactJws.decode(fields.text("hash")),
          fields.optionalText("node"),
          new Hosts(fields.has("hosts") ? fields.texts("hosts") : List.of()),
          Math.toIntExact(fields.number("uses")),
          Instant.ofEpochSecond(fields.number("end")));
    } catch (UnreadableJsonException | UnreadableJwsException e) {
      throw new IllegalStateException("the record of join token " + id + " is damaged", e);
    }
  }

  @Override
  public String toString() {
    return "TokenRecord(" + id + ")"; // the hash is the key of the proof
  }
}
