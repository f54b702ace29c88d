package dev.entrepot.control;

import dev.entrepot.common.config.Durations;
import dev.entrepot.control.ca.Authority;
import dev.entrepot.control.ca.JoinTokens;
import dev.entrepot.control.ca.Node;
import dev.entrepot.control.ca.Nodes;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;

/** What operators may do with a control plane that has nodes. */
final class ControlAdministration extends StateAdministration {
  private final Membership membership;

  /**
   * Who belongs, and what lets others in.
   *
   * @param url how edges and clients name the door
   * @param listening how many edges listen now
   */
  record Membership(
      Authority authority, JoinTokens joinTokens, Nodes nodes, URI url, IntSupplier listening) {}

  ControlAdministration(Parts parts, Membership membership) {
    super(parts);
    this.membership = membership;
  }

  @Override
  public Map<String, ?> status() {
    Map<String, Object> fields = new LinkedHashMap<>(super.status());
    fields.put("url", membership.url.toString());
    fields.put("pin", membership.authority.pin());
    fields.put("nodes", membership.nodes.all().size());
    fields.put("listening", membership.listening.getAsInt());
    return fields;
  }

  @Override
  public Map<String, ?> nodes() {
    return Map.of(
        "nodes", membership.nodes.all().stream().map(ControlAdministration::fields).toList());
  }

  @Override
  public Map<String, ?> createJoinToken(
      Optional<String> name, List<String> hosts, int uses, Duration life) {
    JoinTokens.Created created = membership.joinTokens.create(name, hosts, uses, life);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("token", created.text().reveal());
    fields.put("pin", membership.authority.pin());
    fields.put("url", membership.url.toString());
    name.ifPresent(node -> fields.put("node", node));
    fields.put("hosts", hosts);
    fields.put("uses", uses);
    fields.put("life", Durations.print(life));
    fields.put("end", text(created.end()));
    return fields;
  }

  @Override
  public boolean removeNode(String name) {
    boolean known = membership.nodes.remove(name);
    publish();
    return known;
  }

  private static Map<String, Object> fields(Node node) {
    List<String> serials = node.certificates().stream().map(Node.Serial::serial).toList();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("node", node.name());
    fields.put("joined", text(node.joinedAt()));
    fields.put("renewed", text(node.lastRenewed()));
    fields.put("end", text(node.certificates().getFirst().end()));
    fields.put("serials", serials);
    fields.put("hosts", node.hosts());
    return fields;
  }
}
