package dev.entrepot.common.config;

import static dev.entrepot.common.config.Durations.parse;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/**
 * Everything that a control plane is told, complete and valid.
 *
 * @param directory where its state is
 */
public record ControlSettings(
    Listen listen,
    Path directory,
    Nodes nodes,
    Decisions decisions,
    Limits limits,
    EdgeSettings.Logging logging,
    Duration drain) {

  /**
   * Where the doors are.
   *
   * @param control for clients that want tokens and for edges, TLS
   * @param tls absent: a certificate of its own authority, for the host of {@code publicUrl}
   */
  public record Listen(
      ListenAddress control,
      URI publicUrl,
      Optional<EdgeSettings.Tls> tls,
      ListenAddress observe,
      ListenAddress admin) {}

  /**
   * What it hands to edges.
   *
   * @param certificateLife of a node's certificate; renewed from half of it on
   * @param renewalGrace how long after its end a certificate still serves to be renewed
   */
  public record Nodes(Duration certificateLife, Duration renewalGrace) {}

  public record Limits(
      int connections, int connectionsPerAddress, int requestBytes, Duration requestTimeout) {}

  /** What reading came to. */
  public sealed interface Result {
    record Ok(ControlSettings settings) implements Result {}

    /** Never empty. */
    record Refused(List<Complaint> complaints) implements Result {}
  }

  /** Reads a file under the environment's overrides. */
  public static Result read(Path file, Map<String, String> environment) {
    return read(Optional.of(file), environment);
  }

  /** Reads a file, if there is one, under the environment's overrides. */
  public static Result read(Optional<Path> file, Map<String, String> environment) {
    List<Complaint> complaints = new ArrayList<>();
    Optional<MappingNode> top = file.flatMap(path -> YamlFile.read(path, complaints));
    if (!complaints.isEmpty()) {
      return new Result.Refused(List.copyOf(complaints));
    }
    Path folder = file.map(Path::toAbsolutePath).map(Path::getParent).orElse(Path.of(""));
    Reading reading = new Reading(folder, environment, complaints);
    ControlSettings settings = read(top, reading);
    List<Complaint> all = reading.finish();
    return all.isEmpty() ? new Result.Ok(settings) : new Result.Refused(all);
  }

  /** The same with its state in that directory. */
  public ControlSettings in(Path other) {
    return new ControlSettings(listen, other, nodes, decisions, limits, logging, drain);
  }

  /** The same under that URL; the door listens at the URL's port, if it has one. */
  public ControlSettings at(URI url) {
    ListenAddress control =
        url.getPort() < 0
            ? listen.control()
            : new ListenAddress(listen.control().host(), url.getPort());
    return new ControlSettings(
        new Listen(control, url, listen.tls(), listen.observe(), listen.admin()),
        directory,
        nodes,
        decisions,
        limits,
        logging,
        drain);
  }

  /** Every key that a file may have, in the order of the reference page. */
  public static Collection<Key> keys() {
    List<Complaint> complaints = new ArrayList<>();
    Reading reading = new Reading(Path.of(""), Map.of(), complaints);
    read(YamlFile.parse("access: {rules: [{users: [\"*\"]}]}\n", complaints), reading);
    return List.copyOf(reading.keys());
  }

  private static ControlSettings read(Optional<MappingNode> top, Reading reading) {
    Settings root = new Settings(reading, Place.ROOT);
    top.ifPresent(root::fill);
    root.number("version", 1, 1, 1, "The version of this file's format.");
    Listen listen = listen(root.section("listen", "Where the doors are."));
    Settings storage = root.section("storage", "Where its state is.");
    Path directory =
        storage
            .path("directory", "entrepot-control", "The directory; made if absent; back it up.")
            .orElse(Path.of("entrepot-control"));
    Nodes nodes = nodes(root.section("nodes", "What edges get when they join."));
    Decisions decisions = new DecisionsReader(root, root.section("access", "Who may pull.")).read();
    return new ControlSettings(
        listen,
        directory,
        nodes,
        decisions,
        limits(root.section("limits", "How much there may be of things.")),
        EdgeSettingsReader.logging(root.section("logging", "What is written to standard output.")),
        root.duration("drain", parse("10s"), "How long answers may take to finish at the end."));
  }

  private static Listen listen(Settings at) {
    ListenAddress control =
        at.value(
            "control",
            Forms.address(),
            ListenAddress.parse("0.0.0.0:5002"),
            "For clients that want tokens, and for edges; TLS.");
    Optional<URI> publicUrl =
        at.optional(
            "public-url",
            Forms.url(),
            "https://localhost and control's port",
            "How clients and edges name it; tokens are asked for at its /token.");
    Settings files = at.section("tls", "A certificate of its own; otherwise it makes one.");
    Optional<Path> certificate = files.path("certificate", "none", "Certificate and chain, PEM.");
    Optional<Path> key = files.path("key", "none", "The certificate's private key, PKCS#8 PEM.");
    if (certificate.isPresent() != key.isPresent()) {
      at.complain("tls", "", "both certificate and key");
    }
    return new Listen(
        control,
        publicUrl.orElse(URI.create("https://localhost:" + control.port())),
        certificate.flatMap(chain -> key.map(secret -> new EdgeSettings.Tls(chain, secret))),
        at.value(
            "observe",
            Forms.address(),
            ListenAddress.parse("0.0.0.0:5083"),
            "Read-only: `/healthz`, `/readyz`, `/metrics`."),
        at.value(
            "admin",
            Forms.address(),
            ListenAddress.parse("127.0.0.1:5084"),
            "Power over the installation; keep it on loopback."));
  }

  private static Nodes nodes(Settings at) {
    return new Nodes(
        at.duration(
            "certificate-life",
            parse("30d"),
            "Of a node's certificate; renewed from half of it on."),
        at.duration(
            "renewal-grace",
            parse("30d"),
            "How long after its end a certificate still serves to be renewed."));
  }

  private static Limits limits(Settings at) {
    return new Limits(
        at.number("connections", 1, 1_000_000, 10_000, "Connections at a time."),
        at.number(
            "connections-per-address",
            1,
            1_000_000,
            1_000,
            "The same from one address, or one /64 of IPv6."),
        at.number("request-bytes", 1_024, 1_048_576, 16_384, "Largest request body."),
        at.duration(
            "request",
            parse("10s"),
            "A TLS handshake; a request from its first byte to its last."));
  }
}
