package dev.entrepot.edge.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.upstream.Tokens.Token;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Shows one url of an upstream what it wants to see: nothing, a password, or a token. Remembers the
 * last challenge of each repository, so that the next request brings its answer along.
 */
final class Dance {
  /** Without, with a remembered token, with a fresh one, and one more for a muddled challenge. */
  private static final int STEPS = 4;

  private final Target base;
  private final Hops hops;
  private final Tokens tokens;
  private final Bodies bodies;
  private final Cache<Key, Challenge> remembered;

  private record Key(String path, boolean anonymous) {}

  /** A question as somebody asks it. */
  record Question(Ask ask, Target target, Repository repository, Optional<Credentials> account) {}

  /**
   * What was shown.
   *
   * @param fresh whether the token was asked for after another one was refused
   */
  private record Shown(String header, Optional<Token> token, boolean fresh) {
    static Shown token(Token token, boolean fresh) {
      return new Shown(token.header(), Optional.of(token), fresh);
    }

    static Shown password(Credentials account) {
      return new Shown(account.basic(), Optional.empty(), true);
    }
  }

  Dance(Target base, Hops hops, Tokens tokens, Bodies bodies, int most) {
    this.base = base;
    this.hops = hops;
    this.tokens = tokens;
    this.bodies = bodies;
    this.remembered = Caffeine.newBuilder().maximumSize(most).build();
  }

  /** Asks; a 401 that comes back is final. */
  Future<Reply> ask(Question question) {
    Challenge challenge = remembered.getIfPresent(key(question));
    if (challenge == null) {
      return step(question, Optional.empty(), Optional.empty(), STEPS);
    }
    return answer(question, challenge, Optional.empty())
        .onFailure(_ -> remembered.invalidate(key(question)))
        .compose(shown -> step(question, shown, Optional.empty(), STEPS));
  }

  /**
   * Whether the token service gives a token that opens the repository to those without any account.
   * No when that cannot be seen from the token, or when we were never asked for one.
   */
  Future<Boolean> givesTokensToAnyone(Repository repository) {
    return Stream.of(true, false)
        .map(anonymous -> remembered.getIfPresent(new Key(repository.path(), anonymous)))
        .filter(challenge -> challenge != null && challenge.isBearer())
        .findFirst()
        .map(challenge ->
            tokens
                .token(challenge, base, repository, Optional.empty(), Optional.empty())
                .map(token -> AccessClaim.opens(token.value(), repository)))
        .orElse(Future.succeededFuture(false));
  }

  private Future<Reply> step(
      Question question, Optional<Shown> shown, Optional<Token> refused, int left) {
    return hops.follow(question.ask(), question.target(), shown.map(Shown::header))
        .compose(reply ->
            reply.status() == 401 && !reply.foreign()
                ? refused(question, reply, shown, refused, left - 1)
                : Future.succeededFuture(reply));
  }

  private Future<Reply> refused(
      Question question, Reply reply, Optional<Shown> shown, Optional<Token> before, int left) {
    Optional<Token> refused = shown.flatMap(Shown::token).or(() -> before);
    Optional<Challenge> challenge = Challenge.best(reply.headers("WWW-Authenticate"));
    boolean muddled =
        shown.flatMap(Shown::token).isPresent()
            && !challenge.map(Challenge::isBearer).orElse(false);
    if (left == 0 || (!muddled && isFinal(question, challenge, shown))) {
      return Future.succeededFuture(reply);
    }
    bodies.discard(question.ask(), reply);
    if (muddled || challenge.isEmpty()) {
      // A refused token makes some registries forget how to ask for another: start without one.
      remembered.invalidate(key(question));
      return step(question, Optional.empty(), refused, left);
    }
    remembered.put(key(question), challenge.get());
    return answer(question, challenge.get(), refused)
        .compose(next -> step(question, next, refused, left));
  }

  private static boolean isFinal(
      Question question, Optional<Challenge> challenge, Optional<Shown> shown) {
    if (challenge.isEmpty() || shown.map(Shown::fresh).orElse(false)) {
      return true;
    }
    return challenge.get().isBasic() && question.account().isEmpty();
  }

  private Future<Optional<Shown>> answer(
      Question question, Challenge challenge, Optional<Token> refused) {
    if (challenge.isBasic()) {
      return Future.succeededFuture(question.account().map(Shown::password));
    }
    return tokens
        .token(challenge, base, question.repository(), question.account(), refused)
        .map(token -> Optional.of(Shown.token(token, refused.isPresent())));
  }

  private static Key key(Question question) {
    return new Key(question.repository().path(), question.account().isEmpty());
  }
}
