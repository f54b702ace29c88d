package dev.entrepot.control.tokens;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import dev.entrepot.common.config.Decisions;
import dev.entrepot.common.jose.CompactJws;
import dev.entrepot.common.jose.RsaKeys;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.wire.AccessToken;
import dev.entrepot.control.TestClock;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The token service behind a real socket, with the users alice and bob. */
final class TokenFixture implements AutoCloseable {
  static final Decisions.Attempts FEW = new Decisions.Attempts(3, 5, Duration.ofMinutes(1));
  static final Decisions.Access PUBLIC =
      access(List.of(new Decisions.Rule(List.of("*"), List.of("**"), true)), List.of());

  final TestClock clock = new TestClock();
  final List<String> outcomes = new CopyOnWriteArrayList<>();
  private final KeyPair pair;
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private final TokenDoor door;
  private final int port;

  TokenFixture(Path htpasswd, Decisions.Access access) throws Exception {
    this(Optional.of(htpasswd), access);
  }

  TokenFixture(Optional<Path> htpasswd, Decisions.Access access) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2_048);
    this.pair = generator.generateKeyPair();
    Decisions decisions =
        new Decisions(
            htpasswd,
            new Decisions.Tokens(Optional.empty(), "entrepot", Duration.ofMinutes(5), "docker.io"),
            new Decisions.Keys(Duration.ofDays(7), 1),
            FEW,
            access);
    this.door =
        new TokenDoor(decisions, new Signer(pair), clock, new SecureRandom(), outcomes::add);
    this.port =
        vertx
            .createHttpServer()
            .requestHandler(it -> door.handle(it, it.connection().remoteAddress().hostAddress()))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS)
            .actualPort();
  }

  private record Signer(KeyPair pair) implements TokenSigner {
    @Override
    public String issuer() {
      return "entrepot-test";
    }

    @Override
    public String sign(AccessToken token) {
      return CompactJws.sign(
          AccessToken.TYPE,
          RsaKeys.thumbprint((RSAPublicKey) pair.getPublic()),
          pair.getPrivate(),
          token.toJson());
    }
  }

  static Decisions.Access access(List<Decisions.Rule> rules, List<String> denied) {
    return new Decisions.Access(rules, Optional.empty(), denied, Duration.ofDays(7));
  }

  /** A file of users; each argument a name, whose password is the name and {@code -secret}. */
  static Path users(Path folder, String... names) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String name : names) {
      lines.add(name + ":" + hash(name + "-secret"));
    }
    return Files.write(folder.resolve("users"), lines);
  }

  static String hash(String password) {
    return BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(4, password.toCharArray());
  }

  static String basic(String user, String password) {
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }

  static String form(String... namesAndValues) {
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.add(
          namesAndValues[i]
              + "="
              + URLEncoder.encode(namesAndValues[i + 1], StandardCharsets.UTF_8));
    }
    return String.join("&", fields);
  }

  HttpResponse<String> get(String query) throws Exception {
    return send(request(query));
  }

  HttpResponse<String> get(String query, String authorization) throws Exception {
    return send(request(query).header("Authorization", authorization));
  }

  /** From another address of this machine. */
  HttpResponse<String> getFrom(String address, String authorization) throws Exception {
    try (HttpClient other =
        HttpClient.newBuilder().localAddress(InetAddress.ofLiteral(address)).build()) {
      return other.send(
          request("").header("Authorization", authorization).build(), BodyHandlers.ofString());
    }
  }

  HttpResponse<String> post(String query, String type, String body) throws Exception {
    return send(request(query).header("Content-Type", type).POST(BodyPublishers.ofString(body)));
  }

  HttpResponse<String> post(String form) throws Exception {
    return post("", "application/x-www-form-urlencoded", form);
  }

  HttpRequest.Builder request(String query) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/token" + query))
        .timeout(Duration.ofSeconds(30));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** The token of an answer, verified by another library. */
  SignedJWT verified(HttpResponse<String> answer) throws Exception {
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.statusCode() + " " + answer.body());
    }
    SignedJWT token =
        SignedJWT.parse(
            JsonFields.read(answer.body().getBytes(StandardCharsets.UTF_8), 1 << 16).text("token"));
    if (!token.verify(new RSASSAVerifier((RSAPublicKey) pair.getPublic()))) {
      throw new AssertionError("the signature is wrong");
    }
    return token;
  }

  /** What an answer's token is for: the subject. */
  String subject(HttpResponse<String> answer) throws Exception {
    return verified(answer).getJWTClaimsSet().getSubject();
  }

  /** The granted names, with {@code public} behind those that are for public content alone. */
  List<String> grants(HttpResponse<String> answer) throws Exception {
    List<String> names = new ArrayList<>();
    Object access = verified(answer).getPayload().toJSONObject().get("access");
    for (Object grant : (List<?>) access) {
      Map<?, ?> fields = (Map<?, ?>) grant;
      names.add(fields.get("name") + ("public".equals(fields.get("class")) ? " public" : ""));
    }
    return names;
  }

  String keyId() {
    return RsaKeys.thumbprint((RSAPublicKey) pair.getPublic());
  }

  @Override
  public void close() {
    client.close();
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    door.close();
  }
}
