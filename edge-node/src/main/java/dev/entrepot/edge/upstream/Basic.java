package dev.entrepot.edge.upstream;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Basic authentication (RFC 7617). */
final class Basic {
  private Basic() {}

  static String of(UpstreamConfig.Credentials account) {
    String pair = account.username() + ":" + account.password();
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }
}
