package dev.entrepot.edge;

import dev.entrepot.common.config.Durations;
import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.common.config.ListenAddress;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.config.UpstreamNaming;
import dev.entrepot.common.config.UpstreamSettings;
import dev.entrepot.common.net.Cidr;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.Tag;
import dev.entrepot.common.tls.PemPair;
import dev.entrepot.edge.access.Entrance;
import dev.entrepot.edge.blob.BlobConfig;
import dev.entrepot.edge.catalogue.CatalogueConfig;
import dev.entrepot.edge.catalogue.FreshnessRules;
import dev.entrepot.edge.catalogue.TagRule;
import dev.entrepot.edge.catalogue.UpstreamRules;
import dev.entrepot.edge.http.DoorLimits;
import dev.entrepot.edge.http.DoorTimeouts;
import dev.entrepot.edge.http.Listener;
import dev.entrepot.edge.http.UpstreamNames;
import dev.entrepot.edge.upstream.Credentials;
import dev.entrepot.edge.upstream.UpstreamBounds;
import dev.entrepot.edge.upstream.UpstreamBreaker;
import dev.entrepot.edge.upstream.UpstreamConfig;
import dev.entrepot.edge.upstream.UpstreamLimits;
import dev.entrepot.edge.upstream.UpstreamRetries;
import dev.entrepot.edge.upstream.UpstreamTimeouts;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** Turns settings into what the rooms want. */
final class EdgeConfig {
  private final EdgeSettings settings;
  private final Map<String, String> environment;

  EdgeConfig(EdgeSettings settings, Map<String, String> environment) {
    this.settings = settings;
    this.environment = Map.copyOf(environment);
  }

  List<UpstreamConfig> upstreams() {
    return settings.upstreams().stream().map(this::upstream).toList();
  }

  private UpstreamConfig upstream(UpstreamSettings from) {
    return new UpstreamConfig(
        from.name(),
        from.aliases(),
        from.urls(),
        from.isDefault(),
        from.tokenRealms(),
        cidrs(from.privateNetworks()),
        from.credentials()
            .map(account ->
                new Credentials(account.username(), account.password().reveal().toCharArray())),
        UpstreamConfig.Visibility.valueOf(from.visibility().name()),
        from.tlsCa(),
        proxy(from),
        new UpstreamLimits(from.limits().connections(), from.limits().quotaWait()));
  }

  private Optional<URI> proxy(UpstreamSettings from) {
    return switch (from.proxy()) {
      case UpstreamSettings.Proxy.None _ -> Optional.empty();
      case UpstreamSettings.Proxy.Through(URI url) -> Optional.of(url);
      case UpstreamSettings.Proxy.FromEnvironment _ ->
          new ProxyEnvironment(environment)
              .proxyOf(
                  from.urls().isEmpty()
                      ? URI.create("https://" + from.name().substring(2))
                      : from.urls().getFirst());
    };
  }

  dev.entrepot.edge.upstream.UpstreamSettings patience() {
    EdgeSettings.Timeouts time = settings.timeouts();
    EdgeSettings.Limits limits = settings.limits();
    UpstreamRetries retries = UpstreamRetries.DEFAULTS;
    UpstreamBounds bounds = UpstreamBounds.DEFAULTS;
    return dev.entrepot.edge.upstream.UpstreamSettings.DEFAULTS
        .with(
            new UpstreamTimeouts(
                time.upstreamConnect(),
                time.upstreamPoolWait(),
                time.upstreamFirstByte(),
                time.upstreamStall(),
                time.upstreamToken(),
                time.upstreamAnswer()))
        .with(
            new UpstreamRetries(
                1 + limits.retries(),
                time.retryWait(),
                retries.backoffCap(),
                limits.retryShare() / 100.0,
                retries.budgetMax()))
        .with(
            new UpstreamBreaker(
                limits.circuitFailures(), UpstreamBreaker.DEFAULTS.window(), time.circuitOpen()))
        .with(
            new UpstreamBounds(
                limits.redirects(),
                Math.toIntExact(limits.manifestBytes()),
                bounds.token(),
                bounds.error(),
                bounds.pages(),
                bounds.headers(),
                bounds.waiting(),
                bounds.remembered(),
                bounds.retryAfter(),
                bounds.longestRetryAfter()));
  }

  BlobConfig blobs(Capacity capacity) {
    long heap = Runtime.getRuntime().maxMemory();
    return BlobConfig.of(capacity.bytes())
        .withMinFree(capacity.minFree())
        .withObjectCache(settings.storage().memory().of(heap))
        .withFills(settings.limits().fills());
  }

  /** How many requests for one blob may run side by side, by the upstream's name. */
  ToIntFunction<String> connectionsPerFill() {
    Map<String, Integer> byName = new HashMap<>();
    settings
        .upstreams()
        .forEach(upstream -> byName.put(upstream.name(), upstream.limits().connectionsPerFill()));
    return name -> UpstreamNaming.find(byName.keySet(), name).map(byName::get).orElse(1);
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

  List<Map.Entry<Repository, Reference>> pins(UpstreamNames names) {
    return settings.pins().stream().map(pin -> pin(pin, names)).toList();
  }

  private static Map.Entry<Repository, Reference> pin(String text, UpstreamNames names) {
    int at = text.indexOf('@');
    int colon = at < 0 ? text.lastIndexOf(':') : at;
    boolean tagged = colon > text.lastIndexOf('/', at < 0 ? text.length() : at);
    String name = tagged ? text.substring(0, colon) : text;
    int slash = name.indexOf('/');
    try {
      String upstream = names.canonical(slash < 0 ? "" : name.substring(0, slash)).orElse("");
      String path = upstream.isEmpty() ? name : name.substring(slash + 1);
      String home = upstream.isEmpty() ? names.defaultName() : upstream;
      boolean alone = path.indexOf('/') < 0 && names.needsLibrary(home);
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

  /** A door, with its certificate as it is in its files now, valid or not. */
  static Listener listener(EdgeSettings.Door door) {
    return new Listener(
        literal(door.address()),
        door.address().port(),
        door.tls()
            .map(files -> Listener.tls(PemPair.readOfAnyDate(files.certificate(), files.key()))),
        Entrance.Challenge.valueOf(door.challenge().name()),
        door.proxyProtocol());
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
