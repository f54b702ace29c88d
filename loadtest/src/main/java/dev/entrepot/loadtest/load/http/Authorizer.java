package dev.entrepot.loadtest.load.http;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Answers the challenges of one registry for one client, and remembers what it was given. */
final class Authorizer {
  private final Site home;
  private final Access access;
  private final Map<String, String> byRepository = new HashMap<>();

  Authorizer(Site home, Access access) {
    this.home = home;
    this.access = access;
  }

  /** A GET to a token endpoint. */
  record TokenRequest(Site site, String target, Map<String, String> headers) {}

  /** The value of {@code Authorization} for a repository, if there is one yet. */
  Optional<String> shown(String repository) {
    return Optional.ofNullable(byRepository.get(repository)).or(access::unasked);
  }

  /**
   * What must be asked to answer a challenge; nothing when the answer is known without asking.
   *
   * @throws PullFailed when there is no answer
   */
  Optional<TokenRequest> answer(Head head, String repository) throws PullFailed {
    Optional<Challenge> challenge = Challenge.of(head);
    if (challenge.isEmpty() || access instanceof Access.Token) {
      throw refused(
          access instanceof Access.Token
              ? "the given token was refused"
              : "a 401 without a Bearer or Basic challenge");
    }
    if (!challenge.get().isBasic()) {
      return Optional.of(tokenRequest(challenge.get(), repository));
    }
    if (!(access instanceof Access.Account account) || byRepository.containsKey(repository)) {
      throw refused(
          access instanceof Access.Account
              ? "the user and password were refused"
              : "it wants a user and a password");
    }
    byRepository.put(repository, account.basic());
    return Optional.empty();
  }

  /** Takes a token endpoint's answer. */
  void received(String repository, byte[] answer) throws PullFailed {
    String token =
        TokenAnswer.read(answer)
            .orElseThrow(() -> refused("the token endpoint's answer holds no token"));
    byRepository.put(repository, "Bearer " + token);
  }

  private TokenRequest tokenRequest(Challenge challenge, String repository) throws PullFailed {
    String realm = challenge.parameter("realm").orElse("");
    try {
      URI uri = URI.create(realm);
      Site site = Site.of(uri);
      String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
      return new TokenRequest(site, path + query(uri, challenge, repository), shownTo(site));
    } catch (IllegalArgumentException _) {
      throw refused("the realm \"" + Text.shown(realm) + "\" is no address");
    }
  }

  private static String query(URI realm, Challenge challenge, String repository) {
    String scope = challenge.parameter("scope").orElse("repository:" + repository + ":pull");
    String before = realm.getRawQuery() == null ? "?" : "?" + realm.getRawQuery() + "&";
    String service =
        challenge.parameter("service").map(it -> "service=" + escaped(it) + "&").orElse("");
    return before + service + "scope=" + escaped(scope);
  }

  private Map<String, String> shownTo(Site endpoint) throws PullFailed {
    if (!(access instanceof Access.Account account)) {
      return Map.of("Accept", "application/json");
    }
    if (home.tls() && !endpoint.tls()) {
      throw refused("the token endpoint " + endpoint + " would see the password in clear text");
    }
    return Map.of("Accept", "application/json", "Authorization", account.basic());
  }

  private PullFailed refused(String why) {
    return new PullFailed(Trouble.UNAUTHORIZED, home + " refuses: " + why);
  }

  private static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
