package dev.entrepot.loadtest.upstream;

import static dev.entrepot.loadtest.upstream.Client.header;
import static dev.entrepot.loadtest.upstream.Client.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AuthTest {
  private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

  private final ScriptedRegistry registry =
      ScriptedRegistry.start(Auth.bearer("anna", "pass:word", "public"));
  private final Client client = new Client(registry);

  @BeforeEach
  void fill() {
    registry.contents().repository("public");
    registry.contents().repository("private");
  }

  @AfterEach
  void stop() {
    client.close();
    registry.close();
  }

  @Test
  void without_a_token_the_challenge_says_where_to_get_one() {
    HttpResponse<byte[]> answer = client.get("/v2/public/tags/list");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(header(answer, "WWW-Authenticate"))
        .isEqualTo(
            "Bearer realm=\"%s/token\",service=\"fake\",scope=\"repository:public:pull\""
                .formatted(registry.uri()));
  }

  @Test
  void an_anonymous_token_reads_what_is_public_and_nothing_else() {
    String token = token("public", "");
    assertThat(status("public", token)).isEqualTo(200);
    assertThat(status("private", token)).isEqualTo(401);
    assertThat(status("private", token("private", ""))).isEqualTo(401);
  }

  @Test
  void the_account_gets_a_token_for_what_is_private() {
    assertThat(status("private", token("private", basic("anna", "pass:word")))).isEqualTo(200);
  }

  @Test
  void a_wrong_password_gets_no_token() {
    assertThat(ask("private", basic("anna", "wrong")).statusCode()).isEqualTo(401);
    assertThat(registry.tokens().issued()).isZero();
  }

  @Test
  void a_token_wears_out_after_so_many_uses() {
    registry.tokens().usesEach(2);
    String token = token("public", "");
    assertThat(status("public", token)).isEqualTo(200);
    assertThat(status("public", token)).isEqualTo(200);
    assertThat(status("public", token)).isEqualTo(401);
  }

  @Test
  void a_token_expires_on_command_and_with_time() {
    String token = token("public", "");
    registry.tokens().expireAll();
    assertThat(status("public", token)).isEqualTo(401);
    registry.tokens().lifetime(Duration.ZERO);
    assertThat(status("public", token("public", ""))).isEqualTo(401);
  }

  @Test
  void the_announced_expiry_is_whatever_the_script_says() {
    registry.tokens().announceExpiry(Optional.of("-1"));
    assertThat(text(ask("public", ""))).contains("\"expires_in\":-1");
    registry.tokens().announceExpiry(Optional.empty());
    assertThat(text(ask("public", ""))).doesNotContain("expires_in");
  }

  @Test
  void the_challenge_can_name_another_token_service() {
    registry.tokens().realm(Optional.of(URI.create("http://127.0.0.2:1/steal")));
    assertThat(header(client.get("/v2/"), "WWW-Authenticate"))
        .contains("realm=\"http://127.0.0.2:1/steal\"");
  }

  @Test
  void the_token_service_can_fail_by_itself() {
    registry.faults().on(Match.kind(Kind.TOKEN), Fault.html());
    assertThat(text(ask("public", ""))).startsWith("<html>");
    assertThat(client.get("/v2/").statusCode()).isEqualTo(401);
  }

  @Test
  void basic_wants_the_account_with_each_request() {
    registry.auth(Auth.basic("anna", "pass:word"));
    assertThat(header(client.get("/v2/"), "WWW-Authenticate")).startsWith("Basic ");
    assertThat(client.get("/v2/", "Authorization", basic("anna", "x")).statusCode()).isEqualTo(401);
    assertThat(client.get("/v2/", "Authorization", basic("anna", "pass:word")).statusCode())
        .isEqualTo(200);
  }

  @Test
  void no_secret_is_written_down() {
    token("private", basic("anna", "pass:word"));
    Entry entry = registry.journal().entries().getFirst();
    assertThat(entry.isAuthorized()).isTrue();
    assertThat(entry.secrets()).containsEntry("authorization", "Basic");
    assertThat(entry.request().headers().has("Authorization")).isFalse();
  }

  private int status(String repository, String token) {
    return client
        .get("/v2/" + repository + "/tags/list", "Authorization", "Bearer " + token)
        .statusCode();
  }

  private String token(String repository, String authorization) {
    Matcher token = TOKEN.matcher(text(ask(repository, authorization)));
    assertThat(token.find()).isTrue();
    return token.group(1);
  }

  private HttpResponse<byte[]> ask(String repository, String authorization) {
    String path = "/token?service=fake&scope=repository%3A" + repository + "%3Apull";
    return authorization.isEmpty()
        ? client.get(path)
        : client.get(path, "Authorization", authorization);
  }

  private static String basic(String user, String password) {
    String pair = user + ":" + password;
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }
}
