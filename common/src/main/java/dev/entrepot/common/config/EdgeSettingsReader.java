package dev.entrepot.common.config;

import static dev.entrepot.common.config.Durations.parse;

import dev.entrepot.common.config.EdgeSettings.Access;
import dev.entrepot.common.config.EdgeSettings.Limits;
import dev.entrepot.common.config.EdgeSettings.Listen;
import dev.entrepot.common.config.EdgeSettings.Logging;
import dev.entrepot.common.config.EdgeSettings.Storage;
import dev.entrepot.common.config.EdgeSettings.Timeouts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Every key of an edge's file but the upstreams', with its default and its meaning. */
final class EdgeSettingsReader {
  private static final int MANY = 1_000_000;

  /** An image by tag or digest (distribution reference grammar), at most 512 characters. */
  private static final Pattern PIN =
      Pattern.compile(
          "(?=.{1,512}$)(?:[a-z0-9.-]+(?::\\d{1,5})?/)?"
              + "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
              + "(?::\\w[\\w.-]{0,127})?"
              + "(?:@(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}))?");

  private static final List<String> PRIVATE_NETWORKS =
      List.of(
          "127.0.0.0/8",
          "::1/128",
          "10.0.0.0/8",
          "172.16.0.0/12",
          "192.168.0.0/16",
          "fc00::/7",
          "fe80::/10");

  private final Settings root;

  EdgeSettingsReader(Settings root) {
    this.root = root;
  }

  EdgeSettings read() {
    root.number("version", 1, 1, 1, "The version of this file's format.");
    Listen listen = listen(root.section("listen", "Where the doors are."));
    Storage storage = storage(root.section("storage", "What may be kept and where."));
    var upstreams = new UpstreamsReader(root).read();
    var pins = pins();
    Settings access = root.section("access", "Who may pull.");
    return new EdgeSettings(
        listen,
        storage,
        upstreams,
        pins,
        access(access),
        new SiteReader(root).cluster(),
        new SiteReader(root).control(storage.directory()),
        new DecisionsReader(root, access).read(),
        timeouts(root.section("timeouts", "How long things may take.")),
        limits(root.section("limits", "How much there may be of things.")),
        logging(root.section("logging", "What is written to standard output.")),
        root.duration(
            "drain", parse("30s"), "How long running answers may take to finish at the end."));
  }

  private static Listen listen(Settings listen) {
    return new Listen(
        listen.sectionsOrOne("registry", "Doors for clients.").stream()
            .map(EdgeSettingsReader::door)
            .toList(),
        listen.optional(
            "public-url",
            Forms.url(),
            "none",
            "How clients name this edge: they are sent there for tokens."),
        address(listen, "observe", "0.0.0.0:5080", "Read-only: `/healthz`, `/readyz`, `/metrics`."),
        address(listen, "admin", "127.0.0.1:5081", "Power over the edge; keep it on loopback."));
  }

  private static EdgeSettings.Door door(Settings door) {
    ListenAddress address = address(door, "address", "0.0.0.0:5000", "Where clients pull.");
    boolean tls = door.mentions("tls");
    Settings files =
        door.section("tls", "Makes it a TLS door; files are read again when they change.");
    Optional<Path> certificate =
        files.path("certificate", "none", "Its certificate and chain, PEM.");
    Optional<Path> key = files.path("key", "none", "The certificate's private key, PKCS#8 PEM.");
    if (certificate.isPresent() != key.isPresent() || (tls && certificate.isEmpty())) {
      door.complain("tls", "", "both certificate and key");
    }
    return new EdgeSettings.Door(
        address,
        certificate.flatMap(chain -> key.map(secret -> new EdgeSettings.Tls(chain, secret))),
        door.value(
            "challenge",
            Forms.choice(EdgeSettings.Challenge.class),
            EdgeSettings.Challenge.AUTO,
            "Asks for a token: `auto` whoever is not in a trusted network, `always` everybody, `never` nobody."),
        door.flag(
            "proxy-protocol",
            false,
            "Whether each connection begins with a PROXY header; then only `trusted-proxies` may connect."));
  }

  private static ListenAddress address(Settings at, String key, String fallback, String sentence) {
    return at.value(key, Forms.address(), ListenAddress.parse(fallback), sentence);
  }

  private static Storage storage(Settings storage) {
    List<Settings> volumes = storage.sectionsOrOne("volumes", "Where blobs are kept; one for now.");
    if (volumes.size() > 1) {
      storage.complain("volumes", "", "one volume");
    }
    Settings volume = volumes.getFirst();
    return new Storage(
        volume
            .path("directory", "entrepot-data", "The directory; made if absent, used by one edge.")
            .orElse(Path.of("entrepot-data")),
        volume.sizeOrShare(
            "capacity",
            new SizeOrShare.Smaller(SizeOrShare.parse("80%"), SizeOrShare.parse("100GiB")),
            "Hard cap on bytes on disk; a share is of what is free at first start."),
        storage.sizeOrShare(
            "min-free",
            SizeOrShare.parse("5%"),
            "What is always left free on the disk; a share is of the disk's size."),
        storage.sizeOrShare(
            "memory",
            SizeOrShare.parse("25%"),
            "Small blobs kept in memory; a share is of the heap."),
        storage.flag("mapped-reads", true, "Whether blobs are read through memory maps."),
        storage.duration(
            "recheck-after",
            parse("1m"),
            "How long a chunk that was checked and stayed in memory is served without another check;"
                + " `0s`: each read is checked."));
  }

  private List<String> pins() {
    return root.list(
        "pins",
        Forms.text("image", "an image such as docker.io/library/alpine:3.20", PIN),
        List.of(),
        "Images that are never evicted, by tag or digest.");
  }

  private static Access access(Settings access) {
    return new Access(
        access.list(
            "trusted-networks",
            Forms.network(),
            PRIVATE_NETWORKS,
            "Where clients may pull without a token."),
        access.list(
            "trusted-proxies",
            Forms.network(),
            List.of(),
            "Whose `Forwarded` and `X-Forwarded-For` are believed."));
  }

  private static Timeouts timeouts(Settings at) {
    return new Timeouts(
        at.duration("client-header", parse("10s"), "A request's head, from its first byte on."),
        at.duration("client-idle", parse("75s"), "A client's connection without a request."),
        at.duration("client-stall", parse("1m"), "A client that takes no byte of its answer."),
        at.duration("upstream-connect", parse("5s"), "Connecting to an upstream, TLS included."),
        at.duration("upstream-first-byte", parse("30s"), "The head of an upstream's answer."),
        at.duration(
            "upstream-stall", parse("30s"), "An upstream that sends no byte of its answer."),
        at.duration(
            "upstream-answer",
            parse("1m"),
            "A whole manifest or list, or the head of a blob, over all mirrors and retries."),
        at.duration("upstream-token", parse("10s"), "A token request as a whole."),
        at.duration(
            "upstream-pool-wait",
            parse("1m"),
            "For one of our own connections to an upstream to become free."),
        at.duration(
            "retry-wait", parse("250ms"), "Before the first retry; doubles, with chance mixed in."),
        at.duration(
            "circuit-open",
            parse("10s"),
            "How long a failing upstream is left alone before a probe."),
        at.duration(
            "certificate-check",
            parse("10s"),
            "How often the doors' certificate files are looked at for a change."));
  }

  private static Limits limits(Settings at) {
    return new Limits(
        at.number("connections", 1, MANY, 20_000, "Client connections at a time."),
        at.number("connections-per-address", 1, MANY, 1_000, "The same from one address."),
        at.number("streams-per-connection", 1, 10_000, 100, "HTTP/2 requests at a time in each."),
        at.number("request-line-bytes", 1_024, 65_536, 8_192, "Longest request line."),
        at.number("header-bytes", 4_096, 1_048_576, 65_536, "Largest request head."),
        at.number("ranges", 1, 10_000, 1_024, "Ranges in one request."),
        at.number("fills", 1, MANY, 256, "Blobs fetched from upstreams at a time."),
        at.number("retries", 0, 20, 3, "Further attempts of one upstream request."),
        at.number("retry-share", 0, 100, 20, "Retries per hundred upstream requests, at most."),
        at.number("redirects", 0, 20, 5, "Redirects followed for one upstream request."),
        at.number("circuit-failures", 1, 1_000, 5, "Failures in a row that open a circuit."),
        at.size("manifest-bytes", Sizes.parse("4MiB"), "Largest manifest."));
  }

  static Logging logging(Settings logging) {
    return new Logging(
        logging.value(
            "format",
            Forms.choice(Logging.Format.class),
            Logging.Format.AUTO,
            "`human` lines, `ecs` JSON, or `auto`: human on a terminal."),
        logging.value(
            "level",
            Forms.choice(Logging.Level.class),
            Logging.Level.INFO,
            "The least severe line that is written."));
  }
}
