package dev.entrepot.edge;

import dev.entrepot.common.config.Durations;
import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.common.config.ListenAddress;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.config.UpstreamSettings;
import dev.entrepot.common.net.Cidr;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.Tag;
import dev.entrepot.edge.catalogue.CatalogueConfig;
import dev.entrepot.edge.catalogue.FreshnessRules;
import dev.entrepot.edge.catalogue.TagRule;
import dev.entrepot.edge.catalogue.UpstreamRules;
import dev.entrepot.edge.http.DoorLimits;
import dev.entrepot.edge.http.DoorTimeouts;
import dev.entrepot.edge.http.Listener;
import dev.entrepot.edge.upstream.KnownNames;
import dev.entrepot.edge.upstream.UpstreamConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns settings into what the rooms want. */
final class EdgeConfig {
  private static final String DOCKER_HUB = "docker.io";

  private final EdgeSettings settings;

  EdgeConfig(EdgeSettings settings) {
    this.settings = settings;
  }

  List<UpstreamConfig> upstreams() {
    return settings.upstreams().stream().map(EdgeConfig::upstream).toList();
  }

  private static UpstreamConfig upstream(UpstreamSettings from) {
    return new UpstreamConfig(
        from.name(),
        from.aliases(),
        from.urls(),
        from.isDefault(),
        from.name().equals(DOCKER_HUB),
        from.tokenRealms(),
        cidrs(from.privateNetworks()),
        !from.isBuiltIn(),
        from.credentials()
            .map(account ->
                new UpstreamConfig.Credentials(account.username(), account.password().reveal())),
        from.tlsCa(),
        from.limits().connections());
  }

  dev.entrepot.edge.upstream.UpstreamSettings patience() {
    EdgeSettings.Timeouts time = settings.timeouts();
    EdgeSettings.Limits limits = settings.limits();
    var standard = dev.entrepot.edge.upstream.UpstreamSettings.DEFAULT;
    return new dev.entrepot.edge.upstream.UpstreamSettings(
        time.upstreamConnect(),
        time.upstreamFirstByte(),
        time.upstreamStall(),
        time.upstreamToken(),
        standard.small(),
        1 + limits.retries(),
        time.retryWait(),
        standard.backoffMost(),
        limits.retryShare() / 100.0,
        limits.redirects(),
        limits.circuitFailures(),
        time.circuitOpen(),
        quotaWait(),
        standard.pauseWithoutWord(),
        standard.longestPause());
  }

  private Duration quotaWait() {
    return settings.upstreams().stream()
        .map(upstream -> upstream.limits().quotaWait())
        .max(Duration::compareTo)
        .orElse(Duration.ofSeconds(10));
  }

  CatalogueConfig catalogue() {
    Map<String, UpstreamRules> rules = new HashMap<>();
    for (UpstreamSettings upstream : settings.upstreams()) {
      List<TagRule> tags =
          upstream.tags().stream()
              .map(rule -> new TagRule(rule.match(), freshness(rule.freshness())))
              .toList();
      rules.put(
          upstream.name(),
          new UpstreamRules(
              freshness(upstream.freshness()),
              tags,
              UpstreamRules.Exposure.valueOf(upstream.visibility().name()),
              upstream.credentials().isPresent()));
    }
    return CatalogueConfig.of(rules);
  }

  private static FreshnessRules freshness(UpstreamSettings.Freshness from) {
    return new FreshnessRules(
        from.tag(),
        from.staleWhileRevalidate(),
        from.staleIfError().compareTo(Durations.UNLIMITED) >= 0
            ? FreshnessRules.UNLIMITED
            : from.staleIfError(),
        from.askBudget(),
        from.negative(),
        from.offline(),
        false);
  }

  DoorLimits doorLimits() {
    EdgeSettings.Limits limits = settings.limits();
    DoorLimits standard = DoorLimits.DEFAULT;
    return new DoorLimits(
        limits.connections(),
        limits.connectionsPerAddress(),
        limits.requestLineBytes(),
        limits.headerBytes(),
        standard.target(),
        standard.requestBody(),
        limits.ranges(),
        standard.tags(),
        limits.streamsPerConnection(),
        standard.resets());
  }

  DoorTimeouts doorTimeouts() {
    EdgeSettings.Timeouts time = settings.timeouts();
    return new DoorTimeouts(
        time.clientHeader(),
        time.clientIdle(),
        time.clientStall(),
        DoorTimeouts.DEFAULT.handshake());
  }

  List<Cidr> trustedNetworks() {
    return cidrs(settings.access().trustedNetworks());
  }

  List<Cidr> trustedProxies() {
    return cidrs(settings.access().trustedProxies());
  }

  List<Map.Entry<Repository, Reference>> pins(KnownNames names) {
    return settings.pins().stream().map(pin -> pin(pin, names)).toList();
  }

  private static Map.Entry<Repository, Reference> pin(String text, KnownNames names) {
    int at = text.indexOf('@');
    int colon = at < 0 ? text.lastIndexOf(':') : at;
    boolean tagged = colon > text.lastIndexOf('/', at < 0 ? text.length() : at);
    String name = tagged ? text.substring(0, colon) : text;
    int slash = name.indexOf('/');
    try {
      String upstream = names.canonical(slash < 0 ? "" : name.substring(0, slash)).orElse("");
      String path = upstream.isEmpty() ? name : name.substring(slash + 1);
      String home = upstream.isEmpty() ? names.standard() : upstream;
      boolean alone = path.indexOf('/') < 0 && names.hasLibrary(home);
      Repository repository = new Repository(home, alone ? "library/" + path : path);
      Reference reference =
          at >= 0
              ? Digest.parse(text.substring(at + 1))
              : new Tag(tagged ? text.substring(colon + 1) : "latest");
      return Map.entry(repository, reference);
    } catch (IllegalArgumentException _) {
      throw new Refusal(
          "pins: \"" + text + "\" is not an image; write it as docker.io/library/alpine:3.20");
    }
  }

  private static List<Cidr> cidrs(List<String> texts) {
    return texts.stream().map(Cidr::parse).toList();
  }

  static Listener listener(ListenAddress address) {
    return Listener.plain(literal(address), address.port());
  }

  /** The address itself, for the doors ask no DNS. */
  static String literal(ListenAddress address) {
    try {
      return InetAddress.getByName(address.host()).getHostAddress();
    } catch (UnknownHostException e) {
      throw new Refusal(
          "cannot listen on " + address + ": this machine knows no address " + address.host(), e);
    }
  }
}
