package dev.entrepot.control.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.SignedJWT;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.wire.AccessToken;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms in which clients ask for tokens, and what the answers say. */
@Timeout(60)
final class TokenDoorTest {
  private static final String ALPINE = "repository:library/alpine:pull";
  private static final String JSON = "{\"username\":\"alice\",\"password\":\"alice-secret\"}";

  @TempDir Path folder;
  private TokenFixture tokens;

  @BeforeEach
  void open() throws Exception {
    tokens = new TokenFixture(TokenFixture.users(folder, "alice", "bob"), TokenFixture.PUBLIC);
  }

  @AfterEach
  void close() throws Exception {
    tokens.close();
  }

  @Test
  void nobody_in_particular_gets_an_anonymous_token() throws Exception {
    HttpResponse<String> answer = tokens.get("?service=entrepot&scope=" + ALPINE);
    assertThat(tokens.subject(answer)).isEqualTo("anonymous");
    assertThat(tokens.grants(answer)).isEmpty();
  }

  @Test
  void a_name_and_a_password_in_a_header_are_a_user() throws Exception {
    HttpResponse<String> answer =
        tokens.get(
            "?service=entrepot&scope=" + ALPINE, TokenFixture.basic("alice", "alice-secret"));
    assertThat(tokens.subject(answer)).isEqualTo("alice");
    assertThat(tokens.grants(answer)).containsExactly("docker.io/library/alpine public");
  }

  @Test
  void empty_credentials_are_nobody() throws Exception {
    assertThat(TokenFixture.basic("", "")).isEqualTo("Basic Og==");
    assertThat(tokens.subject(tokens.get("?service=entrepot", "Basic Og==")))
        .isEqualTo("anonymous");
  }

  @Test
  void a_form_is_a_user() throws Exception {
    HttpResponse<String> answer =
        tokens.post(
            TokenFixture.form(
                "grant_type", "password",
                "service", "entrepot",
                "client_id", "containerd",
                "scope", ALPINE,
                "username", "alice",
                "password", "alice-secret"));
    assertThat(tokens.subject(answer)).isEqualTo("alice");
    assertThat(tokens.grants(answer)).containsExactly("docker.io/library/alpine public");
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "application/x-www-form-urlencoded"})
  void json_is_a_user_whatever_it_is_called(String type) throws Exception {
    HttpResponse<String> answer = tokens.post("?service=entrepot&scope=" + ALPINE, type, JSON);
    assertThat(tokens.subject(answer)).isEqualTo("alice");
    assertThat(tokens.grants(answer)).containsExactly("docker.io/library/alpine public");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?service=entrepot"})
  void json_without_a_scope_logs_in_and_opens_nothing(String query) throws Exception {
    HttpResponse<String> answer = tokens.post(query, "application/x-www-form-urlencoded", JSON);
    assertThat(tokens.subject(answer)).isEqualTo("alice");
    assertThat(tokens.grants(answer)).isEmpty();
  }

  @Test
  void scopes_come_in_one_parameter_and_in_several_and_strange_ones_are_dropped() throws Exception {
    HttpResponse<String> answer =
        tokens.get(
            "?scope=repository:a/b:pull%20repository:ghcr.io/c/d:pull,push"
                + "&scope=registry:catalog:*&scope=repository:e/f:push&scope=nonsense"
                + "&scope=repository:A/B:pull&scope=repository:quay.io/g:*",
            TokenFixture.basic("alice", "alice-secret"));
    assertThat(tokens.grants(answer))
        .containsExactly("docker.io/a/b public", "ghcr.io/c/d public", "quay.io/g public");
  }

  @Test
  void an_answer_has_what_clients_of_every_age_read() throws Exception {
    HttpResponse<String> answer = tokens.get("");
    JsonFields fields = JsonFields.read(answer.body().getBytes(StandardCharsets.UTF_8), 1 << 16);
    assertThat(fields.text("access_token")).isEqualTo(fields.text("token"));
    assertThat(fields.number("expires_in")).isEqualTo(300);
    assertThat(Instant.parse(fields.text("issued_at"))).isEqualTo(tokens.clock.instant());
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(answer.headers().firstValue("cache-control")).contains("no-store");
  }

  @Test
  void a_token_is_what_another_library_calls_one() throws Exception {
    SignedJWT token = tokens.verified(tokens.get("", TokenFixture.basic("bob", "bob-secret")));
    JWSHeader header = token.getHeader();
    assertThat(header.toJSONObject())
        .isEqualTo(Map.of("alg", "RS256", "kid", tokens.keyId(), "typ", "entrepot-access+jwt"));
    Map<String, Object> claims = token.getPayload().toJSONObject();
    assertThat(claims)
        .containsEntry("aud", "entrepot")
        .containsEntry("iss", "entrepot-test")
        .containsEntry("sub", "bob")
        .containsOnlyKeys("iss", "aud", "sub", "jti", "iat", "nbf", "exp", "access");
    long now = tokens.clock.instant().getEpochSecond();
    assertThat(claims).containsEntry("iat", now).containsEntry("exp", now + 300);
  }

  @Test
  void no_two_tokens_have_the_same_name() throws Exception {
    Object one = tokens.verified(tokens.get("")).getJWTClaimsSet().getJWTID();
    assertThat(tokens.verified(tokens.get("")).getJWTClaimsSet().getJWTID()).isNotEqualTo(one);
  }

  @Test
  void a_token_never_grows_longer_than_edges_read() throws Exception {
    StringBuilder query = new StringBuilder("?scope=");
    for (int i = 0; i < 32; i++) {
      query
          .append("repository:ghcr.io/")
          .append("x".repeat(80))
          .append(i)
          .append("/")
          .append("y".repeat(160))
          .append(":pull%20");
    }
    HttpResponse<String> answer = // the request line of this test's server has its limit too
        tokens.post(
            TokenFixture.form("username", "alice", "password", "alice-secret")
                + "&"
                + query.substring(1));
    assertThat(tokens.verified(answer).serialize().length()).isLessThan(AccessToken.MAX_CHARS);
    assertThat(tokens.grants(answer)).hasSizeBetween(10, 31);
  }

  @ParameterizedTest
  @ValueSource(strings = {"semi;colon", "ha#sh", "col:on", "amper&sand", "pl+us", "ümläut", "\"{'"})
  void a_password_may_be_any_text(String password) throws Exception {
    Files.writeString(folder.resolve("users"), "carol:" + TokenFixture.hash(password) + "\n");
    assertThat(tokens.subject(tokens.get("", TokenFixture.basic("carol", password))))
        .isEqualTo("carol");
    assertThat(
            tokens.subject(
                tokens.post(TokenFixture.form("username", "carol", "password", password))))
        .isEqualTo("carol");
  }

  @Test
  void a_form_may_be_as_curl_sends_it() throws Exception {
    Files.writeString(folder.resolve("users"), "carol:" + TokenFixture.hash("a;b#c") + "\n");
    HttpResponse<String> answer =
        tokens.post("username=carol&password=a;b#c&scope=repository:a/b:pull");
    assertThat(tokens.subject(answer)).isEqualTo("carol");
    assertThat(tokens.grants(answer)).containsExactly("docker.io/a/b public");
  }

  @Test
  void a_token_for_another_service_is_refused_by_name() throws Exception {
    HttpResponse<String> answer = tokens.get("?service=registry.docker.io");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("service=entrepot").doesNotContain("token\"");
    assertThat(tokens.outcomes).containsExactly("other-service");
  }

  @ParameterizedTest
  @EnumSource(
      value = HttpClient.Version.class,
      names = {"HTTP_1_1", "HTTP_2"})
  void a_body_too_large_is_refused(HttpClient.Version version) throws Exception {
    byte[] much = ("password=" + "x".repeat(TokenDoor.MOST_BODY)).getBytes(StandardCharsets.UTF_8);
    for (BodyPublisher body :
        List.of(
            BodyPublishers.ofByteArray(much),
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(much)))) {
      HttpResponse<String> answer = tokens.send(tokens.request("").version(version).POST(body));
      assertThat(answer.statusCode()).isEqualTo(413);
      assertThat(answer.body()).contains("SIZE_INVALID");
    }
    assertThat(tokens.get("").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{}",
        "{\"username\":\"alice\"}",
        "{\"username\":\"alice\",\"password\":null}",
        "{\"username\":\"alice\",\"password\":7}",
        "{\"username\":\"alice\",\"username\":\"bob\",\"password\":\"x\"}",
        "{\"username\":\"alice\",\"password\":\"x\"} more",
        "username=%zz",
        "username=%",
        "grant_type=refresh_token&refresh_token=x"
      })
  void a_body_that_is_none_is_refused(String body) throws Exception {
    HttpResponse<String> answer = tokens.post(body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).startsWith("{\"errors\":[{").contains("\"code\":\"UNSUPPORTED\"");
    assertThat(tokens.outcomes).containsExactly("unreadable");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer abc", "Basic", "Basic !!!", "Basic YWxpY2U="})
  void a_header_that_is_none_is_refused(String header) throws Exception {
    assertThat(tokens.get("", header).statusCode()).isEqualTo(400);
  }

  @Test
  void too_many_parameters_are_refused() throws Exception {
    assertThat(tokens.post("a=b&".repeat(1_500)).statusCode()).isEqualTo(400);
  }

  @Test
  void other_methods_are_told_which_there_are() throws Exception {
    HttpResponse<String> answer = tokens.send(tokens.request("").DELETE());
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("allow")).contains("GET, POST");
  }

  @Test
  void without_a_file_of_users_there_are_anonymous_tokens_alone() throws Exception {
    try (TokenFixture nobody = new TokenFixture(Optional.empty(), TokenFixture.PUBLIC)) {
      assertThat(nobody.subject(nobody.get(""))).isEqualTo("anonymous");
      assertThat(nobody.get("", TokenFixture.basic("alice", "alice-secret")).statusCode())
          .isEqualTo(401);
      assertThat(nobody.outcomes).containsExactly("issued", "refused");
    }
  }
}
