package dev.entrepot.common.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One registry that may be asked.
 *
 * @param name value of {@code ?ns=} and of the path prefix; {@code *.suffix} stands for every host
 *     below the suffix
 * @param aliases further names for the same
 * @param urls the source, then its mirrors; empty for a {@code *.suffix}, where each host is its
 *     own source at {@code https://<host>}
 * @param isDefault also answers names without a prefix; at most one upstream is
 * @param tokenRealms further hosts that may be asked for tokens
 * @param privateNetworks private ranges in which its hosts and redirects may lie
 * @param tags the first that matches overrides {@code freshness}
 * @param tlsCa certificates (PEM) that vouch for it beside the system's
 */
public record UpstreamSettings(
    String name,
    List<String> aliases,
    List<URI> urls,
    boolean isDefault,
    List<String> tokenRealms,
    List<String> privateNetworks,
    Optional<Credentials> credentials,
    Visibility visibility,
    Freshness freshness,
    List<TagRule> tags,
    Limits limits,
    Proxy proxy,
    Optional<Path> tlsCa) {

  public record Credentials(String username, Secret password) {}

  /** Whether what our credentials may see is for everyone; {@code AUTO} finds out by asking. */
  public enum Visibility {
    AUTO,
    PUBLIC,
    PRIVATE
  }

  /** How long what a tag means may be believed. */
  public record Freshness(
      Duration tag,
      Duration staleWhileRevalidate,
      Duration staleIfError,
      Duration askBudget,
      Duration negative,
      boolean offline) {}

  /** Freshness of the tags that match {@code repository:tag}, {@code *} within one segment. */
  public record TagRule(String match, Freshness freshness) {}

  public record Limits(int connections, int connectionsPerFill, Duration quotaWait) {}

  /** How it is reached. */
  public sealed interface Proxy {
    /** As {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY} say. */
    record FromEnvironment() implements Proxy {}

    record None() implements Proxy {}

    /** {@code http}, {@code https} or {@code socks5}. */
    record Through(URI url) implements Proxy {}
  }

  /** Whether it is where the built-in list says; nobody vouches for a private address there. */
  public boolean isBuiltIn() {
    BuiltinUpstreams.Builtin builtin = BuiltinUpstreams.byName().get(name);
    return builtin != null && builtin.urls().equals(urls.stream().map(URI::toString).toList());
  }

  /** Whether {@link #name} stands for many hosts. */
  public boolean isWildcard() {
    return name.startsWith("*.");
  }
}
