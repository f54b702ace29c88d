package dev.entrepot.common.config;

import static dev.entrepot.common.config.Durations.parse;

import dev.entrepot.common.config.BuiltinUpstreams.Builtin;
import dev.entrepot.common.config.UpstreamSettings.Credentials;
import dev.entrepot.common.config.UpstreamSettings.Freshness;
import dev.entrepot.common.config.UpstreamSettings.Limits;
import dev.entrepot.common.config.UpstreamSettings.Proxy;
import dev.entrepot.common.config.UpstreamSettings.TagRule;
import dev.entrepot.common.config.UpstreamSettings.Visibility;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Every key of one upstream. */
final class UpstreamReader {
  private static final Pattern MATCH =
      Pattern.compile("[a-z0-9._/*-]{1,255}:[A-Za-z0-9._*-]{1,128}");
  private static final Builtin NOT_BUILT_IN = new Builtin(List.of(), List.of(), List.of());
  private static final Freshness FRESHNESS =
      new Freshness(
          parse("5m"), parse("0s"), Durations.UNLIMITED, parse("1s"), parse("30s"), false);

  private final String name;
  private final Settings at;
  private final Builtin builtin;

  UpstreamReader(String name, Settings at, @Nullable Builtin builtin) {
    this.name = name;
    this.at = at;
    this.builtin = builtin == null ? NOT_BUILT_IN : builtin;
  }

  UpstreamSettings read(boolean isDefault) {
    List<String> aliases =
        at.list("aliases", Forms.host(), builtin.aliases(), "Further names for the same upstream.");
    List<URI> urls = urls();
    List<String> realms = realms();
    List<String> privateNetworks = privateNetworks();
    Optional<Credentials> credentials =
        credentials(at.section("credentials", "The account that upstream requests use."));
    Visibility visibility = visibility();
    Freshness freshness =
        freshness(at.section("freshness", "How long answers about tags are believed."));
    return new UpstreamSettings(
        name,
        aliases,
        urls,
        isDefault,
        realms,
        privateNetworks,
        credentials,
        visibility,
        freshness,
        tags(freshness),
        limits(at.section("limits", "How much is asked of it at a time.")),
        proxy(),
        ca(at.section("tls", "How its certificate is checked.")));
  }

  private List<URI> urls() {
    List<URI> urls =
        at.list(
            "urls",
            Forms.url(),
            builtin.urls().stream().map(URI::create).toList(),
            "Its source, then mirrors in order; required for one that is not built in.");
    if (urls.isEmpty() && !name.startsWith("*.") && !at.mentions("urls")) {
      at.complain("urls", "", "missing; give where it is, such as [https://" + name + "]");
    }
    return urls;
  }

  private List<String> realms() {
    return at.list(
        "token-realms",
        Forms.host(),
        builtin.tokenRealms(),
        "Further hosts that may be asked for tokens, beside those of `urls`.");
  }

  private List<String> privateNetworks() {
    return at.list(
        "private-networks",
        Forms.network(),
        List.of(),
        "Private ranges in which its hosts and redirects may lie; those of its own private `urls`"
            + " go without saying.");
  }

  private static Optional<Credentials> credentials(Settings at) {
    Optional<String> username =
        at.optional("username", Forms.text("a user name"), "none", "The account's name.");
    Optional<Secret> password = at.secret("password", "The account's password or token.");
    if (username.isPresent() && password.isEmpty()) {
      at.complain("password", "", "missing; a username needs password or password-file");
    }
    if (username.isEmpty() && password.isPresent()) {
      at.complain("username", "", "missing; a password needs a username");
    }
    return username.flatMap(user -> password.map(secret -> new Credentials(user, secret)));
  }

  private Visibility visibility() {
    return at.value(
        "visibility",
        Forms.choice(Visibility.class),
        Visibility.AUTO,
        "Whether what `credentials` may see is for every client; `auto` asks without them.");
  }

  private static Freshness freshness(Settings at) {
    return new Freshness(
        at.duration("tag", FRESHNESS.tag(), "How long a tag's digest is believed without asking."),
        at.duration(
            "stale-while-revalidate",
            FRESHNESS.staleWhileRevalidate(),
            "How much longer it is served at once while asking goes on behind."),
        at.duration(
            "stale-if-error",
            FRESHNESS.staleIfError(),
            "How much longer it is served when the upstream fails."),
        at.duration(
            "ask-budget",
            FRESHNESS.askBudget(),
            "How long a client waits for the upstream when something stale is there."),
        at.duration("negative", FRESHNESS.negative(), "How long \"not found\" is believed."),
        at.flag("offline", FRESHNESS.offline(), "Never ask about a tag that is known."));
  }

  private List<TagRule> tags(Freshness upstream) {
    return at.sections("tags", "Freshness for some tags; the first that matches holds.").stream()
        .map(rule -> tag(rule, upstream))
        .toList();
  }

  private static TagRule tag(Settings at, Freshness upstream) {
    Form<String> match =
        Forms.text("text", "a repository and a tag, such as library/alpine:3.* or **:*", MATCH);
    String pattern =
        at.required("match", match, "`repository:tag`; `*` for anything but a slash, `**` for all.")
            .orElse("**:*");
    return new TagRule(
        pattern, overridden(at.section("freshness", "As the upstream's, key by key."), upstream));
  }

  private static Freshness overridden(Settings at, Freshness upstream) {
    String same = "the upstream's";
    Form<Duration> form = Forms.duration();
    return new Freshness(
        at.optional("tag", form, same, "As above.").orElse(upstream.tag()),
        at.optional("stale-while-revalidate", form, same, "As above.")
            .orElse(upstream.staleWhileRevalidate()),
        at.optional("stale-if-error", form, same, "As above.").orElse(upstream.staleIfError()),
        at.optional("ask-budget", form, same, "As above.").orElse(upstream.askBudget()),
        at.optional("negative", form, same, "As above.").orElse(upstream.negative()),
        at.optional("offline", Forms.flag(), same, "As above.").orElse(upstream.offline()));
  }

  private static Limits limits(Settings at) {
    return new Limits(
        at.number("connections", 1, 10_000, 16, "Connections to it."),
        at.number("connections-per-fill", 1, 64, 1, "Connections that fetch one blob."),
        at.duration("quota-wait", parse("10s"), "How long a pull may wait for a used-up quota."));
  }

  private Proxy proxy() {
    Form<Proxy> form =
        new Form<>(
            "proxy",
            "none, environment, or a URL such as http://proxy.corp.example:3128 or socks5://…",
            UpstreamReader::parseProxy,
            _ -> "environment");
    return at.value(
        "proxy",
        form,
        new Proxy.FromEnvironment(),
        "How it is reached; `environment` follows HTTPS_PROXY, HTTP_PROXY and NO_PROXY.");
  }

  private static Proxy parseProxy(String text) {
    return switch (text) {
      case "none" -> new Proxy.None();
      case "environment" -> new Proxy.FromEnvironment();
      default -> new Proxy.Through(Forms.url(text, List.of("http", "https", "socks5")));
    };
  }

  private static Optional<Path> ca(Settings tls) {
    return tls.path("ca", "none", "Certificates (PEM) that are trusted beside the system's.");
  }
}
