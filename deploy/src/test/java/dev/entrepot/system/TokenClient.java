package dev.entrepot.system;

import at.favre.lib.crypto.bcrypt.BCrypt;
import dev.entrepot.common.jose.CompactJws;
import dev.entrepot.common.jose.UnreadableJwsException;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.json.UnreadableJsonException;
import dev.entrepot.common.tls.PemPair;
import dev.entrepot.common.wire.AccessToken;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Asks a control plane for tokens, as clients do. */
final class TokenClient {
  private final ControlProcess control;
  private final HttpClient client;

  TokenClient(ControlProcess control) {
    this.control = control;
    this.client = HttpClient.newBuilder().sslContext(trust(control)).build();
  }

  /** A token to pull from one repository. */
  String get(String user, String password, String repository) {
    String account =
        Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    control.url()
                        + "/token?service=entrepot&scope=repository:"
                        + repository
                        + ":pull"))
            .header("Authorization", "Basic " + account)
            .build();
    try {
      HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        throw new AssertionError(
            answer.statusCode() + new String(answer.body(), StandardCharsets.UTF_8));
      }
      return JsonFields.read(answer.body(), 64 << 10).text("token");
    } catch (IOException | UnreadableJsonException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** A token's {@code jti}. */
  static String id(String token) {
    try {
      return AccessToken.fromJson(CompactJws.parse(token, AccessToken.MAX_CHARS).payload()).id();
    } catch (UnreadableJwsException e) {
      throw new AssertionError(e);
    }
  }

  /** A password as an htpasswd file has it, at a cost fit for tests. */
  static String bcrypt(String password) {
    return BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(5, password.toCharArray());
  }

  private static SSLContext trust(ControlProcess control) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry(
          "authority", PemPair.certificates(control.authority().resolve("ca.crt")).getFirst());
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }
}
