package dev.entrepot.common.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is of one edge alone, so that all edges of a site can have the same file.
 *
 * @param directory for its data
 * @param port of every registry door
 * @param address of every door; the admin door follows only to loopback
 * @param node what it calls itself when it joins
 */
public record EdgePlace(
    Optional<Path> directory,
    Optional<Integer> port,
    Optional<String> address,
    Optional<String> node) {
  /** Changes nothing. */
  public static final EdgePlace OF_THE_FILE =
      new EdgePlace(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** The same settings for this place. */
  public EdgeSettings in(EdgeSettings from) {
    EdgeSettings.Storage storage = from.storage();
    Path before = storage.directory();
    Path after = directory.orElse(before);
    return new EdgeSettings(
        listen(from.listen()),
        new EdgeSettings.Storage(
            after,
            storage.capacity(),
            storage.minFree(),
            storage.memory(),
            storage.mappedReads(),
            storage.recheckAfter()),
        from.upstreams(),
        from.pins(),
        from.access(),
        from.cluster().map(this::cluster),
        from.control().map(link -> control(link, before, after)),
        from.decisions(),
        from.timeouts(),
        from.limits(),
        from.logging(),
        from.drain());
  }

  private EdgeSettings.Listen listen(EdgeSettings.Listen from) {
    List<EdgeSettings.Door> doors =
        from.registry().stream()
            .map(door -> door.at(at(new ListenAddress(door.address().host(), port(door)))))
            .toList();
    boolean keepsToItself =
        address.filter(host -> host.startsWith("127.") || host.equals("::1")).isEmpty();
    return new EdgeSettings.Listen(
        doors,
        from.publicUrl(),
        at(from.observe()),
        keepsToItself ? from.admin() : at(from.admin()));
  }

  private int port(EdgeSettings.Door door) {
    return port.orElse(door.address().port());
  }

  private EdgeSettings.Cluster cluster(EdgeSettings.Cluster from) {
    EdgeSettings.Peer peer = from.peer();
    ListenAddress listen = at(peer.listen());
    boolean ownUrl = !peer.url().equals(URI.create("https://" + peer.listen()));
    return new EdgeSettings.Cluster(
        from.name(),
        at(from.address()),
        from.members(),
        from.secret(),
        new EdgeSettings.Peer(
            listen, ownUrl ? peer.url() : URI.create("https://" + listen), peer.files()));
  }

  private EdgeSettings.ControlLink control(EdgeSettings.ControlLink from, Path before, Path after) {
    boolean beside = from.credentials().equals(before.resolve("credentials"));
    return new EdgeSettings.ControlLink(
        from.url(),
        from.authorities(),
        from.pin(),
        from.joinToken(),
        beside ? after.resolve("credentials") : from.credentials(),
        node.or(from::node));
  }

  private ListenAddress at(ListenAddress from) {
    return address.map(host -> new ListenAddress(host, from.port())).orElse(from);
  }
}
