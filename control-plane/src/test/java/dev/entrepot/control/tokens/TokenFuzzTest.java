package dev.entrepot.control.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.entrepot.common.config.Decisions;
import dev.entrepot.common.wire.AccessToken;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** However tokens are asked for, a request is read or refused, and grants nothing beyond it. */
class TokenFuzzTest {
  private static final String HUB = "docker.io/";
  private static final Rights ALL =
      new Rights(
          TokenFixture.access(
              List.of(new Decisions.Rule(List.of("anonymous"), List.of("**"), false)), List.of()));

  private interface Reading {
    TokenRequest read() throws RequestReader.Unreadable;
  }

  /** Of the input the first line is the query, the second the header, and the rest the body. */
  @FuzzTest(maxDuration = "20s")
  void a_request_is_read_or_refused(byte[] data) {
    String[] parts = new String(data, StandardCharsets.ISO_8859_1).split("\n", 3);
    String uri = "/token?" + parts[0];
    Optional<String> header = part(parts, 1).filter(it -> !it.isEmpty());
    byte[] body = part(parts, 2).orElse("").getBytes(StandardCharsets.ISO_8859_1);

    Optional<TokenRequest> got = read(() -> RequestReader.get(uri, header));
    Optional<TokenRequest> posted =
        read(() -> RequestReader.post(uri, header, body, TokenDoor.MOST_BODY));

    assertThat(got.flatMap(TokenRequest::credentials).isPresent() && header.isEmpty()).isFalse();
    Stream.concat(got.stream(), posted.stream())
        .forEach(asked -> {
          asked.credentials().ifPresent(it -> assertThat(it.user() + it.password()).isNotEmpty());
          grantsNoMore(asked.scopes());
        });
  }

  /** Each line of the input is a scope parameter. */
  @FuzzTest(maxDuration = "20s")
  void what_is_granted_was_asked_for(byte[] data) {
    grantsNoMore(new String(data, StandardCharsets.UTF_8).lines().toList());
  }

  private static void grantsNoMore(List<String> parameters) {
    Set<Scope> scopes = Scope.read(parameters, "docker.io");
    assertThat(scopes).hasSizeLessThanOrEqualTo(Scope.MOST);
    List<AccessToken.Grant> grants = ALL.granted(Optional.empty(), scopes);
    assertThat(grants).hasSizeLessThanOrEqualTo(AccessToken.MAX_GRANTS);
    for (AccessToken.Grant grant : grants) {
      assertThat(parameters)
          .as(grant.name())
          .anyMatch(it -> Stream.of(it.split(" ")).anyMatch(word -> asks(word, grant.name())));
    }
  }

  /** As a client writes it, with or without what Docker leaves out of its own registry's names. */
  private static boolean asks(String word, String name) {
    String[] named = {
      name, without(HUB, name), without(HUB + "library/", name), name.replace(HUB + "library/", HUB)
    };
    int actions = word.lastIndexOf(':');
    return Stream.of(named).anyMatch(it -> word.startsWith("repository:" + it + ":"))
        && Stream.of(word.substring(actions + 1).split(",", -1))
            .anyMatch(it -> it.equals("pull") || it.equals("*"));
  }

  private static String without(String beginning, String name) {
    return name.startsWith(beginning) ? name.substring(beginning.length()) : name;
  }

  private static Optional<String> part(String[] parts, int index) {
    return index < parts.length ? Optional.of(parts[index]) : Optional.empty();
  }

  private static Optional<TokenRequest> read(Reading reading) {
    try {
      return Optional.of(reading.read());
    } catch (RequestReader.Unreadable e) {
      assertThat(e).hasMessageMatching("(?s).+");
      return Optional.empty();
    }
  }
}
