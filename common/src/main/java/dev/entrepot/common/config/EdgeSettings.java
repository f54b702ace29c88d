package dev.entrepot.common.config;

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
 * Everything that an edge is told, complete and valid. {@code docs/configuration.md} says what each
 * value means; networks are text such as {@code 10.0.0.0/8}, durations may be {@link
 * Durations#UNLIMITED}.
 *
 * @param upstreams by name: the built-in ones, changed by the file, then the file's own
 * @param pins images or patterns that are never evicted
 * @param cluster absent for an edge that stands alone
 * @param control absent for an edge that no control plane speaks to
 * @param decisions what the control plane within a standalone process decides
 * @param drain how long running answers may take to finish at the end
 */
public record EdgeSettings(
    Listen listen,
    Storage storage,
    List<UpstreamSettings> upstreams,
    List<String> pins,
    Access access,
    Optional<Cluster> cluster,
    Optional<ControlLink> control,
    Decisions decisions,
    Timeouts timeouts,
    Limits limits,
    Logging logging,
    Duration drain) {

  /** Where the doors are. */
  public record Listen(
      List<Door> registry, Optional<URI> publicUrl, ListenAddress observe, ListenAddress admin) {}

  /**
   * A door for clients.
   *
   * @param tls absent for a plain door
   * @param proxyProtocol whether each connection begins with a PROXY header
   */
  public record Door(
      ListenAddress address, Optional<Tls> tls, Challenge challenge, boolean proxyProtocol) {
    Door at(ListenAddress other) {
      return new Door(other, tls, challenge, proxyProtocol);
    }
  }

  /** A certificate with its chain and its private key, PEM files. */
  public record Tls(Path certificate, Path key) {}

  /** Whom a door asks for a token. */
  public enum Challenge {
    /** Whoever is not in a trusted network. */
    AUTO,
    /** Everybody. */
    ALWAYS,
    /** Nobody: trusted networks pull, others do not. */
    NEVER
  }

  /**
   * The other edges of the site.
   *
   * @param address the one interface that Hazelcast binds
   * @param members addresses of members, with ports; or {@code dns:<name>}
   * @param peer where this edge serves other edges
   */
  public record Cluster(
      String name, ListenAddress address, List<String> members, Secret secret, Peer peer) {}

  /**
   * The door for other edges, mutual TLS.
   *
   * @param url how other edges reach it
   * @param files its certificate, key and authorities; absent: those of the control plane's node
   */
  public record Peer(ListenAddress listen, URI url, Optional<PeerTls> files) {}

  public record PeerTls(Path certificate, Path key, Path authorities) {}

  /**
   * The control plane, from afar.
   *
   * @param authorities a PEM file that vouches for it at the first contact
   * @param pin of its authority's key, {@code sha256:<hex>}
   * @param joinToken shown once, when there are no credentials yet
   * @param credentials the directory in which this edge keeps who it is
   * @param node the name it asks for when it joins
   */
  public record ControlLink(
      URI url,
      Optional<Path> authorities,
      Optional<String> pin,
      Optional<Secret> joinToken,
      Path credentials,
      Optional<String> node) {}

  /**
   * What may be kept and where. Shares: {@code capacity} of what is free in the directory's file
   * system at first start, {@code minFree} of that file system's size, {@code memory} of the heap.
   *
   * @param recheckAfter how long bytes that were found right and stayed in memory are served as
   *     they are; zero: every read is checked
   */
  public record Storage(
      Path directory,
      SizeOrShare capacity,
      SizeOrShare minFree,
      SizeOrShare memory,
      boolean mappedReads,
      Duration recheckAfter) {}

  /** Who may pull without a token, and whose word on a client's address counts. */
  public record Access(List<String> trustedNetworks, List<String> trustedProxies) {}

  public record Timeouts(
      Duration clientHeader,
      Duration clientIdle,
      Duration clientStall,
      Duration upstreamConnect,
      Duration upstreamFirstByte,
      Duration upstreamStall,
      Duration upstreamAnswer,
      Duration upstreamToken,
      Duration upstreamPoolWait,
      Duration retryWait,
      Duration circuitOpen,
      Duration certificateCheck) {}

  public record Limits(
      int connections,
      int connectionsPerAddress,
      int streamsPerConnection,
      int requestLineBytes,
      int headerBytes,
      int ranges,
      int fills,
      int retries,
      int retryShare,
      int redirects,
      int circuitFailures,
      long manifestBytes) {}

  public record Logging(Format format, Level level) {
    /** How lines look; {@code AUTO} is {@code HUMAN} on a terminal and {@code ECS} elsewhere. */
    public enum Format {
      AUTO,
      HUMAN,
      ECS
    }

    public enum Level {
      ERROR,
      WARN,
      INFO,
      DEBUG,
      TRACE
    }
  }

  /** What reading came to. */
  public sealed interface Result {
    record Ok(EdgeSettings settings) implements Result {}

    /** Never empty; in the order of the file where there is one. */
    record Refused(List<Complaint> complaints) implements Result {}
  }

  /** Reads a file, if there is one, under the environment's overrides. */
  public static Result read(Optional<Path> file, Map<String, String> environment) {
    List<Complaint> complaints = new ArrayList<>();
    Optional<MappingNode> top = file.flatMap(path -> YamlFile.read(path, complaints));
    Path folder = file.map(Path::toAbsolutePath).map(Path::getParent).orElse(Path.of(""));
    return complaints.isEmpty()
        ? read(top, new Reading(folder, environment, complaints))
        : new Result.Refused(List.copyOf(complaints));
  }

  /** What every edge has without a file and with an empty environment. */
  public static EdgeSettings defaults() {
    return switch (read(Optional.empty(), Map.of())) {
      case Result.Ok ok -> ok.settings;
      case Result.Refused refused -> throw new IllegalStateException(refused.toString());
    };
  }

  /** Every key that a file may have, in the order of the reference page. */
  public static Collection<Key> keys() {
    String sample =
        """
        builtin-upstreams: false
        upstreams: [{name: sample.example, urls: ["https://sample.example"], tags: [{match: "**:*"}]}]
        access: {rules: [{users: ["*"]}]}
        """;
    List<Complaint> complaints = new ArrayList<>();
    Reading reading = new Reading(Path.of(""), Map.of(), complaints);
    read(YamlFile.parse(sample, complaints), reading);
    return List.copyOf(reading.keys());
  }

  private static Result read(Optional<MappingNode> top, Reading reading) {
    Settings root = new Settings(reading, Place.ROOT);
    top.ifPresent(root::fill);
    EdgeSettings settings = new EdgeSettingsReader(root).read();
    List<Complaint> complaints = reading.finish();
    return complaints.isEmpty() ? new Result.Ok(settings) : new Result.Refused(complaints);
  }
}
