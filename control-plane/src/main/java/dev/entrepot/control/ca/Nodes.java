package dev.entrepot.control.ca;

import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.common.wire.SnapshotCodec;
import dev.entrepot.control.store.ControlStore;
import dev.entrepot.control.store.ControlStore.Change;
import dev.entrepot.control.store.ControlStore.Table;
import dev.entrepot.control.store.Restored;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The nodes of the installation, and which of their certificates count. Survives restarts; a change
 * is kept once the call returns.
 */
public final class Nodes {
  private final ControlStore store;
  private final InstantSource clock;
  private final Optional<Restored> restored;

  public Nodes(ControlStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
    this.restored = Restored.of(store);
  }

  public Optional<Node> find(String name) {
    return store.get(Table.NODES, name).map(bytes -> Node.decode(name, bytes));
  }

  /** All, by name. */
  public List<Node> all() {
    return store.all(Table.NODES).entrySet().stream()
        .map(it -> Node.decode(it.getKey(), it.getValue()))
        .toList();
  }

  /**
   * As snapshots name them: the newest certificate of each, and one before it that has not ended.
   */
  public List<Snapshot.Edge> edges() {
    Instant now = clock.instant();
    return all().stream().map(node -> edge(node, now)).toList();
  }

  /**
   * Makes every certificate of a node worthless; its name is free then.
   *
   * @return whether there was such a node
   */
  public synchronized boolean remove(String name) {
    boolean known = find(name).isPresent();
    if (known) {
      store.write(List.of(new Change.Delete(Table.NODES, name)));
    }
    return known;
  }

  /**
   * Lets a node in. Its earlier certificates do not count any more.
   *
   * @param token if it is for this very name, that may be taken; otherwise the name must be free
   * @param certificate made only if the node may come in
   * @param with written together with the node
   */
  synchronized X509Certificate add(
      String name, TokenRecord token, Supplier<X509Certificate> certificate, Change with)
      throws Denied {
    Optional<Node> known = find(name);
    if (known.isPresent() && token.node().isEmpty()) {
      throw new Denied(
          Denied.CONFLICT,
          "there is a node "
              + name
              + " already: choose another name, or use a join token made for that name, or remove"
              + " the node first");
    }
    if (known.isEmpty() && store.all(Table.NODES).size() >= SnapshotCodec.MAX_EDGES) {
      throw new Denied(
          Denied.CONFLICT,
          "the installation has " + SnapshotCodec.MAX_EDGES + " nodes: remove some of them first");
    }
    X509Certificate made = certificate.get();
    Instant now = clock.instant();
    Node node = new Node(name, List.of(Node.Serial.of(made)), token.hosts().named(), now, now);
    store.write(List.of(with, put(node)));
    return made;
  }

  /** Makes the next certificate of a node, or says why it gets none. */
  @FunctionalInterface
  interface Renewal {
    X509Certificate of(Node node) throws Denied;
  }

  /**
   * Gives a node its next certificate; the one that it asked with still counts.
   *
   * @param renewal asked only if the node may have one
   */
  synchronized X509Certificate renew(String name, Node.Serial asked, Renewal renewal)
      throws Denied {
    Node node =
        find(name)
            .orElseThrow(() ->
                new Denied(
                    Denied.FORBIDDEN,
                    "the node "
                        + name
                        + " was removed: remove its credentials and join again with a new join"
                        + " token"));
    if (!node.counts(asked)) {
      throw new Denied(
          Denied.FORBIDDEN,
          "this certificate of the node "
              + name
              + " was replaced by another one: remove these credentials and join again with a"
              + " join token made for that name");
    }
    X509Certificate made = renewal.of(node);
    store.write(List.of(put(node.renewed(Node.Serial.of(made), asked, clock.instant()))));
    return made;
  }

  /**
   * Recalls a certificate that only a lost state knew, because this one came out of a backup: the
   * node was known by then, and got the certificate behind all that are known here, before the
   * backup was restored. It alone counts from now on.
   *
   * @param shown what the authority has signed for this node
   * @return whether anything has changed
   */
  synchronized boolean recall(String name, X509Certificate shown) {
    Instant issued = CertificateMaker.issued(shown);
    Node.Serial serial = Node.Serial.of(shown);
    Optional<Node> forgetful =
        restored
            .filter(it -> it.lost(issued))
            .flatMap(_ -> find(name))
            .filter(node -> !node.counts(serial) && !issued.isBefore(node.lastRenewed()));
    forgetful.ifPresent(node -> store.write(List.of(put(node.recalled(serial, issued)))));
    return forgetful.isPresent();
  }

  private static Snapshot.Edge edge(Node node, Instant now) {
    Node.Serial newest = node.certificates().getFirst();
    return new Snapshot.Edge(
        node.name(),
        node.certificates().stream()
            .filter(it -> it.equals(newest) || it.end().isAfter(now))
            .map(Node.Serial::serial)
            .toList());
  }

  private static Change put(Node node) {
    return new Change.Put(Table.NODES, node.name(), node.encode());
  }
}
