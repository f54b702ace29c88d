package dev.entrepot.common.config;

import static dev.entrepot.common.config.Durations.parse;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The keys with which a control plane decides, in its own file or a standalone process's. */
final class DecisionsReader {
  private static final Form<String> USER =
      Forms.text("user", "a user's name, *, or anonymous", Pattern.compile("\\*|[^\\s:*,]{1,128}"));
  private static final Form<String> REPOSITORIES =
      Forms.text(
          "pattern",
          "a pattern such as ghcr.io/acme/**, with no signs but * and **",
          Pattern.compile("[a-z0-9*][a-z0-9._:*/-]{0,510}"));
  private static final List<Decisions.Rule> ALL_THAT_IS_PUBLIC =
      List.of(new Decisions.Rule(List.of("*"), List.of("**"), true));

  private final Settings root;
  private final Settings access;

  DecisionsReader(Settings root, Settings access) {
    this.root = root;
    this.access = access;
  }

  Decisions read() {
    Settings users = root.section("users", "Who may ask for tokens.");
    Optional<Path> htpasswd =
        users.path("htpasswd", "none", "Users with bcrypt hashes; read again when it changes.");
    return new Decisions(
        htpasswd,
        tokens(root.section("tokens", "What tokens say.")),
        keys(root.section("keys", "When signing keys change.")),
        attempts(users),
        access());
  }

  private static Decisions.Tokens tokens(Settings at) {
    Duration lifetime = at.duration("lifetime", parse("5m"), "How long a token counts, 1m to 15m.");
    if (lifetime.compareTo(parse("1m")) < 0 || lifetime.compareTo(parse("15m")) > 0) {
      at.complain("lifetime", Durations.print(lifetime), "a duration from 1m to 15m");
    }
    return new Decisions.Tokens(
        at.optional(
            "issuer", Forms.text("some text"), "the installation's", "What tokens say as `iss`."),
        at.text("service", "entrepot", "What tokens say as `aud`, and challenges as `service`."),
        lifetime,
        at.value(
            "default-upstream",
            Forms.host(),
            BuiltinUpstreams.DEFAULT,
            "The upstream of scopes that name none, as the edges have it."));
  }

  private static Decisions.Keys keys(Settings at) {
    Duration every = at.duration("rotate-every", parse("7d"), "How long one key signs.");
    if (every.compareTo(parse("1h")) < 0) {
      at.complain("rotate-every", Durations.print(every), "a duration of 1h or more");
    }
    return new Decisions.Keys(
        every, at.number("future", 1, 8, 2, "Coming keys that edges know beforehand."));
  }

  private static Decisions.Attempts attempts(Settings at) {
    return new Decisions.Attempts(
        at.number(
            "attempts-per-account", 1, 1_000_000, 10, "Wrong passwords for one user in a window."),
        at.number(
            "attempts-per-address", 1, 1_000_000, 100, "The same from one address, for any user."),
        at.duration("attempts-window", parse("1m"), "The window."));
  }

  private Decisions.Access access() {
    Optional<List<Settings>> rules =
        access.optionalSections(
            "rules",
            "Who may pull what by token; `[]` is nobody, without it every user all that is public.");
    Optional<List<String>> networks =
        access.optionalList(
            "only-networks",
            Forms.network(),
            "none",
            "If given, edges trust nobody outside; `[]` is nobody at all.");
    access.requireSaid("rules", "a list of sections, or [] for nobody");
    access.requireSaid("only-networks", "a list of networks, or [] for nobody");
    return new Decisions.Access(
        rules
            .map(all -> all.stream().map(DecisionsReader::rule).toList())
            .orElse(ALL_THAT_IS_PUBLIC),
        networks,
        access.list("denied", REPOSITORIES, List.of(), "Repositories that nobody may pull."),
        access.duration(
            "max-staleness",
            parse("7d"),
            "How long edges open private content without word from the control plane."));
  }

  private static Decisions.Rule rule(Settings at) {
    return new Decisions.Rule(
        at.list("users", USER, List.of("*"), "Names; `*` is all users, `anonymous` everyone."),
        at.list(
            "repositories",
            REPOSITORIES,
            List.of("**"),
            "Patterns over `<upstream>/<path>`; `*` within a part, `**` across."),
        at.flag("public-only", false, "Whether private content stays closed."));
  }
}
