package dev.entrepot.cli;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.json.UnreadableJsonException;
import dev.entrepot.common.tls.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The one settings file with which all edges of a site start; readable by its owner alone. */
final class SiteFile {
  private static final int SECRET_BYTES = 32;
  private static final int HAZELCAST = 5701;
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,252}|[0-9a-fA-F]*:[0-9a-fA-F:.]+");

  private final Path file;
  private final List<String> members;

  /**
   * @throws Refusal when a member is no address, or the file is there already
   */
  SiteFile(Path file, List<String> members) {
    this.file = file;
    this.members = members;
    for (String member : members) {
      if (!HOST.matcher(member).matches()) {
        throw new Refusal("--members: \"" + member + "\" is no address: write 10.0.0.11,10.0.0.12");
      }
    }
    if (Files.exists(file)) {
      throw new Refusal(file + " exists already: remove it, or name another file with --out");
    }
  }

  /** Writes what the control plane has said, with a new secret for the cluster. */
  Path write(JsonFields made) throws UnreadableJsonException {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    String text =
        """
        # For: entrepot edge --config %s --node NAME --address ADDRESS --data DIR
        # It holds secrets. Once the edges have joined, join-token can go; it ends at %s.
        version: 1
        cluster:
          mode: hazelcast
          members: [%s]
          secret: %s
        control-plane:
          url: %s
          ca-pin: %s
          join-token: %s
        """
            .formatted(
                file.getFileName(),
                made.text("end"),
                members.stream().map(SiteFile::member).collect(Collectors.joining(", ")),
                Base64.getUrlEncoder().withoutPadding().encodeToString(secret),
                made.text("url"),
                made.text("pin"),
                made.text("token"));
    try {
      PrivateFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
      return file;
    } catch (IOException e) {
      throw new Refusal("cannot write " + file + " (" + e.getMessage() + "): choose another", e);
    }
  }

  private static String member(String host) {
    return '"' + (host.contains(":") ? "[" + host + "]" : host) + ":" + HAZELCAST + '"';
  }
}
