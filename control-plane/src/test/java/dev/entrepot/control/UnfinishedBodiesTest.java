package dev.entrepot.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.wire.AccessToken;
import dev.entrepot.control.fleet.Bodies;
import dev.entrepot.control.tokens.TokenDoor;
import dev.entrepot.control.tokens.TokenSigner;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies of token requests that never end take only so much memory. */
@Timeout(60)
final class UnfinishedBodiesTest {
  private static final int FEW = 4;
  private static final String ORDINARY = "service=entrepot&scope=repository:library/alpine:pull";

  private final Vertx vertx = Vertx.vertx();
  private final Bodies bodies = new Bodies(FEW * (long) TokenDoor.MOST_BODY);
  private final TokenRoom tokens = tokens(bodies);
  private final HttpClient client =
      vertx.createHttpClient(
          new HttpClientOptions()
              .setProtocolVersion(HttpVersion.HTTP_2)
              .setHttp2ClearTextUpgrade(false));
  private int port;

  @BeforeEach
  void listen() {
    port =
        await(
                vertx
                    .createHttpServer()
                    .requestHandler(it -> tokens.endpoint().handle(it, "127.0.0.1"))
                    .listen(0, "127.0.0.1"))
            .actualPort();
  }

  @AfterEach
  void close() {
    await(vertx.close());
    tokens.close();
  }

  @Test
  void more_than_there_is_room_for_are_sent_away_until_others_end() {
    List<HttpClientRequest> held = begun();
    HttpClientResponse refused = await(await(begin()).response());
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.getHeader("Retry-After")).isEqualTo("1");
    assertThat(await(ask(HttpMethod.GET, "")).statusCode())
        .as("a request without a body needs no room")
        .isEqualTo(200);

    HttpClientRequest first = held.removeFirst();
    var _ = first.end("");
    assertThat(await(first.response()).statusCode()).isEqualTo(200);
    assertThat(await(ask(HttpMethod.POST, ORDINARY)).statusCode()).isEqualTo(200);
    for (HttpClientRequest request : held) {
      var _ = request.reset();
    }
    await(() -> bodies.unfinished() == 0);
    assertThat(await(ask(HttpMethod.POST, ORDINARY)).statusCode()).isEqualTo(200);
    await(() -> bodies.unfinished() == 0);
  }

  @Test
  void a_connection_that_breaks_gives_back_the_room_of_its_bodies() {
    List<HttpClientRequest> held = begun();
    await(held.getFirst().connection().close());
    await(() -> bodies.unfinished() == 0);
    assertThat(await(ask(HttpMethod.POST, ORDINARY)).statusCode()).isEqualTo(200);
  }

  @Test
  void a_body_that_is_too_long_gives_back_its_room_at_its_end() {
    String longer = "x".repeat(TokenDoor.MOST_BODY + 1);
    assertThat(await(ask(HttpMethod.POST, longer)).statusCode()).isEqualTo(413);
    await(() -> bodies.unfinished() == 0);
  }

  /** As many requests as there is room for, of which the server knows and which do not end. */
  private List<HttpClientRequest> begun() {
    List<HttpClientRequest> begun = new ArrayList<>();
    for (int i = 0; i < FEW; i++) {
      begun.add(await(begin()));
    }
    await(() -> bodies.unfinished() == FEW * (long) TokenDoor.MOST_BODY);
    return begun;
  }

  private Future<HttpClientRequest> begin() {
    return client
        .request(HttpMethod.POST, port, "127.0.0.1", "/token")
        .compose(request -> request.setChunked(true).write("service=entrepot").map(request));
  }

  private Future<HttpClientResponse> ask(HttpMethod method, String body) {
    return client
        .request(method, port, "127.0.0.1", "/token?service=entrepot")
        .compose(request -> request.send(body));
  }

  private static TokenRoom tokens(Bodies bodies) {
    if (!(ControlSettings.read(Optional.empty(), Map.of())
        instanceof ControlSettings.Result.Ok(ControlSettings settings))) {
      throw new IllegalStateException("the settings of a new control plane are no good");
    }
    InstantSource clock = InstantSource.system();
    SecureRandom random = new SecureRandom();
    return TokenRoom.open(settings.decisions(), new Signer(), clock, random, _ -> {}, bodies);
  }

  /** What a token says is looked at elsewhere. */
  private static final class Signer implements TokenSigner {
    @Override
    public String issuer() {
      return "entrepot-test";
    }

    @Override
    public String sign(AccessToken token) {
      return "token-of-" + token.subject();
    }
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("still waiting").isNegative();
      Thread.onSpinWait();
    }
  }
}
