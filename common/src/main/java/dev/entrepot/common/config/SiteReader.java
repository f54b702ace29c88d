package dev.entrepot.common.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The keys that make an edge one of a site: its cluster, and its control plane. */
final class SiteReader {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,62}");
  private static final Pattern MEMBER =
      Pattern.compile(
          "dns:[A-Za-z0-9._-]{1,253}|(?:\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]{1,253}):\\d{1,5}");
  private static final Pattern PIN = Pattern.compile("sha256:[0-9a-f]{64}");

  /** Whether there is a cluster. */
  enum Mode {
    OFF,
    HAZELCAST
  }

  private final Settings root;

  SiteReader(Settings root) {
    this.root = root;
  }

  Optional<EdgeSettings.Cluster> cluster() {
    Settings at = root.section("cluster", "The other edges of the site.");
    Mode mode =
        at.value(
            "mode",
            Forms.choice(Mode.class),
            Mode.OFF,
            "`hazelcast` shares manifest metadata and blobs with the other edges; `off` stands alone.");
    String name =
        at.value(
            "name",
            Forms.text("name", "a name of lower-case letters, digits, dots and dashes", NAME),
            "entrepot",
            "Sites are kept apart by name and secret.");
    ListenAddress address =
        at.value(
            "address",
            Forms.address(),
            ListenAddress.parse("127.0.0.1:5701"),
            "The one interface that Hazelcast binds; keep it private, it knows no TLS.");
    List<String> members =
        at.list(
            "members",
            Forms.text("member", "an address with a port, or dns:NAME", MEMBER),
            List.of(),
            "Addresses of members, this one may be among them; or one `dns:NAME`.");
    Optional<Secret> secret =
        at.secret(
            "secret", "Proves that a hint is a member's; the same on all, 16 characters or more.");
    EdgeSettings.Peer peer = peer(at.section("peer", "The door for other edges."));
    if (mode == Mode.OFF) {
      return Optional.empty();
    }
    if (secret.filter(it -> it.reveal().length() >= 16).isEmpty()) {
      at.complain("secret", "", "a secret of 16 characters or more, best in secret-file");
    }
    return secret.map(it -> new EdgeSettings.Cluster(name, address, members, it, peer));
  }

  private static EdgeSettings.Peer peer(Settings at) {
    ListenAddress listen =
        at.value(
            "listen",
            Forms.address(),
            ListenAddress.parse("127.0.0.1:5444"),
            "Where other edges fetch, over mutual TLS.");
    URI url =
        at.optional("url", Forms.url(), "https:// and listen", "How other edges reach it.")
            .orElse(URI.create("https://" + listen));
    Optional<Path> certificate =
        at.path("certificate", "the node's", "Its certificate and chain, PEM.");
    Optional<Path> key = at.path("key", "the node's", "The certificate's private key, PEM.");
    Optional<Path> authorities =
        at.path("ca", "the node's", "Authorities that other edges' certificates lead to, PEM.");
    long given =
        List.of(certificate, key, authorities).stream().filter(Optional::isPresent).count();
    if (given != 0 && given != 3) {
      at.complain("certificate", "", "certificate, key and ca together, or none of them");
    }
    return new EdgeSettings.Peer(
        listen,
        url,
        certificate.flatMap(chain ->
            key.flatMap(secret ->
                authorities.map(trusted -> new EdgeSettings.PeerTls(chain, secret, trusted)))));
  }

  Optional<EdgeSettings.ControlLink> control(Path storage) {
    Settings at = root.section("control-plane", "Who signs tokens and decides access.");
    Optional<URI> url =
        at.optional(
            "url", Forms.url(), "none", "Where it is, https; none: this edge decides by its file.");
    Optional<Path> authorities =
        at.path("ca", "none", "Authorities (PEM) that vouch for it when this edge joins.");
    Optional<String> pin =
        at.optional(
            "ca-pin",
            Forms.text("pin", "sha256: and 64 hexadecimal digits", PIN),
            "none",
            "The pin of its authority's key instead.");
    Optional<Secret> token =
        at.secret("join-token", "Shown once, to join; needed no more when there are credentials.");
    Path credentials =
        at.path(
                "credentials",
                "`credentials` in the storage directory",
                "The directory in which this edge keeps who it is.")
            .orElse(storage.resolve("credentials"));
    Optional<String> node =
        at.optional(
            "node",
            Forms.text("name", "a name of lower-case letters, digits, dots and dashes", NAME),
            "the host's name",
            "How this edge calls itself when it joins.");
    if (url.filter(it -> !"https".equals(it.getScheme())).isPresent()) {
      at.complain("url", url.get().toString(), "a URL of https");
    }
    return url.map(
        it -> new EdgeSettings.ControlLink(it, authorities, pin, token, credentials, node));
  }
}
