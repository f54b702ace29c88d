package dev.entrepot.system;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executors;

/**
 * A token service for the origin, by the Docker token protocol: Basic for the bot, whoever else
 * gets a token only for {@code library/…}. Tokens live 60 seconds and carry the certificate ({@code
 * x5c}) that the registry was told to trust.
 */
final class TokenServer implements AutoCloseable {
  private static final String STORE_PASSWORD = "changeit";

  private final HttpServer server;
  private final PrivateKey key;
  private final Certificate certificate;
  private final Path certificateFile;

  private TokenServer(
      HttpServer server, PrivateKey key, Certificate certificate, Path certificateFile) {
    this.server = server;
    this.key = key;
    this.certificate = certificate;
    this.certificateFile = certificateFile;
  }

  static TokenServer start(Path directory) throws IOException {
    try {
      Path store = makeKey(directory);
      KeyStore keys = KeyStore.getInstance(store.toFile(), STORE_PASSWORD.toCharArray());
      PrivateKey key = (PrivateKey) keys.getKey("origin", STORE_PASSWORD.toCharArray());
      Certificate certificate = keys.getCertificate("origin");
      Path pem = directory.resolve("token.pem");
      Files.writeString(pem, pem(certificate));
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      TokenServer tokens = new TokenServer(server, key, certificate, pem);
      server.createContext("/token", tokens::answer);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.start();
      return tokens;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Has the registry's host, another port. */
  String realm() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
  }

  Path certificate() {
    return certificateFile;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private static Path makeKey(Path directory) {
    Path store = directory.resolve("token.p12");
    Running.run(
        directory,
        Duration.ofSeconds(30),
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-genkeypair",
        "-alias",
        "origin",
        "-keyalg",
        "RSA",
        "-keysize",
        "2048",
        "-dname",
        "CN=origin",
        "-validity",
        "2",
        "-keystore",
        store.toString(),
        "-storetype",
        "PKCS12",
        "-storepass",
        STORE_PASSWORD);
    return store;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean bot = isBot(exchange);
      if (exchange.getRequestHeaders().containsKey("Authorization") && !bot) {
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      byte[] body =
          "{\"token\":\"%s\",\"expires_in\":60}"
              .formatted(token(grants(exchange, bot), bot))
              .getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static boolean isBot(HttpExchange exchange) {
    String expected =
        "Basic "
            + Base64.getEncoder()
                .encodeToString(
                    (Origin.USER + ":" + Origin.PASSWORD).getBytes(StandardCharsets.UTF_8));
    return expected.equals(exchange.getRequestHeaders().getFirst("Authorization"));
  }

  /** The {@code access} claim's members: what was asked and may be given. */
  private static List<String> grants(HttpExchange exchange, boolean bot) {
    String query = exchange.getRequestURI().getRawQuery();
    return List.of((query == null ? "" : query).split("&")).stream()
        .filter(parameter -> parameter.startsWith("scope="))
        .map(parameter -> URLDecoder.decode(parameter.substring(6), StandardCharsets.UTF_8))
        .flatMap(scopes -> List.of(scopes.split(" ")).stream())
        .map(scope -> scope.split(":"))
        .filter(scope -> scope.length == 3 && (bot || scope[1].startsWith("library/")))
        .map(TokenServer::grant)
        .toList();
  }

  private static String grant(String[] scope) {
    return "{\"type\":\"%s\",\"name\":\"%s\",\"actions\":[\"%s\"]}"
        .formatted(scope[0], scope[1], scope[2].replace(",", "\",\""));
  }

  private String token(List<String> grants, boolean bot) throws GeneralSecurityException {
    long now = Instant.now().getEpochSecond();
    String header =
        "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5c\":[\"%s\"]}"
            .formatted(Base64.getEncoder().encodeToString(certificate.getEncoded()));
    String claims =
        """
        {"iss":"origin-issuer","sub":"%s","aud":"origin","exp":%d,"nbf":%d,"iat":%d,\
        "jti":"%d","access":[%s]}\
        """
            .formatted(
                bot ? Origin.USER : "",
                now + 60,
                now - 5,
                now,
                System.nanoTime(),
                String.join(",", grants));
    String signed = base64url(header) + "." + base64url(claims);
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(key);
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
  }

  private static String base64url(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String pem(Certificate certificate) throws GeneralSecurityException {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(certificate.getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }
}
