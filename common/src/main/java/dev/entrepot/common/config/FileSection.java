package dev.entrepot.common.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** What the file says in one section. Values of the wrong shape become complaints. */
final class FileSection {
  private record Given(Node key, Node value) {}

  private final Reading reading;
  private final Place place;
  private final Map<String, Given> given = new LinkedHashMap<>();

  FileSection(Reading reading, Place place) {
    this.reading = reading;
    this.place = place;
  }

  void fill(Node node) {
    if (isNothing(node)) {
      return;
    }
    if (node instanceof MappingNode mapping) {
      mapping.getValue().forEach(this::take);
    } else {
      complain(place, node, shown(node), "a section with keys of its own");
    }
  }

  /** Forgets everything: nobody reads this section, which makes none of its keys unknown. */
  void forget() {
    given.clear();
  }

  /** Whether anything is given, be it wrong; an empty list is nothing. */
  boolean mentions(String key) {
    return node(key)
        .filter(node -> !isNothing(node))
        .filter(node -> !(node instanceof SequenceNode list && list.getValue().isEmpty()))
        .isPresent();
  }

  /** Whether there is a list, be it empty. */
  boolean hasList(String key) {
    return node(key).filter(SequenceNode.class::isInstance).isPresent();
  }

  /** Whether the key is given with nothing behind it. */
  boolean isBlank(String key) {
    return node(key).filter(FileSection::isNothing).isPresent();
  }

  boolean has(String key) {
    return given.containsKey(key);
  }

  Optional<Node> node(String key) {
    return Optional.ofNullable(given.get(key)).map(Given::value);
  }

  String line(String key) {
    return node(key).map(YamlFile::line).orElse("");
  }

  /** The one value of a key. */
  Optional<Raw> scalar(String key, String expected) {
    return node(key).flatMap(node -> scalar(key, node, expected));
  }

  /** The values of a list; empty if there is no list, which differs from an empty one. */
  Optional<List<Raw>> elements(String key, String expected) {
    return sequence(key, "a list")
        .map(nodes -> nodes.stream().flatMap(node -> stream(key, node, expected)).toList());
  }

  /** The elements of a list of sections. */
  List<Node> sections(String key) {
    return sequence(key, "a list of sections").orElse(List.of());
  }

  /** The keys that are not known, each with its line. */
  Map<String, String> unknown(Set<String> known) {
    Map<String, String> unknown = new LinkedHashMap<>();
    given.forEach((key, here) -> unknown.put(key, YamlFile.line(here.key)));
    unknown.keySet().removeAll(known);
    return unknown;
  }

  /** The name that a section gives itself, before anything else of it is read. */
  static Optional<String> nameIn(Node node) {
    return node instanceof MappingNode mapping
        ? mapping.getValue().stream()
            .filter(t -> t.getKeyNode() instanceof ScalarNode k && k.getValue().equals("name"))
            .filter(t -> t.getValueNode() instanceof ScalarNode)
            .map(t -> ((ScalarNode) t.getValueNode()).getValue())
            .findFirst()
        : Optional.empty();
  }

  private void take(NodeTuple tuple) {
    Node key = tuple.getKeyNode();
    if (!(key instanceof ScalarNode scalar)) {
      complain(place, key, shown(key), "a key that is plain text");
    } else if (given.putIfAbsent(scalar.getValue(), new Given(key, tuple.getValueNode())) != null) {
      complain(place.key(scalar.getValue()), key, "", "this key is given twice");
    }
  }

  private Optional<List<Node>> sequence(String key, String expected) {
    Optional<Node> value = node(key).filter(node -> !isNothing(node));
    if (value.isPresent() && !(value.get() instanceof SequenceNode)) {
      complain(place.key(key), value.get(), shown(value.get()), expected);
      return Optional.empty();
    }
    return value.map(node -> ((SequenceNode) node).getValue());
  }

  private Stream<Raw> stream(String key, Node node, String expected) {
    return scalar(key, node, expected).stream();
  }

  private Optional<Raw> scalar(String key, Node node, String expected) {
    if (node instanceof ScalarNode scalar && !isNothing(node)) {
      return Optional.of(new Raw(scalar.getValue(), YamlFile.line(node), true));
    }
    complain(place.key(key), node, shown(node), expected);
    return Optional.empty();
  }

  private void complain(Place at, Node node, String value, String expected) {
    reading.complain(new Complaint(at.shown(), YamlFile.line(node), value, expected));
  }

  private static boolean isNothing(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  private static String shown(Node node) {
    return switch (node) {
      case ScalarNode scalar -> isNothing(node) ? "(nothing)" : scalar.getValue();
      case SequenceNode _ -> "(a list)";
      default -> "(a section)";
    };
  }
}
