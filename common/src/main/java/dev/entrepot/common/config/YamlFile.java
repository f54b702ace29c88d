package dev.entrepot.common.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** A settings file as a tree, bounded in size, depth and aliases. */
final class YamlFile {
  private static final int LARGEST = 1 << 20;
  private static final int DEEPEST = 32;
  private static final LoadSettings SETTINGS =
      LoadSettings.builder().setCodePointLimit(LARGEST).setMaxAliasesForCollections(50).build();

  private YamlFile() {}

  /** The file's top mapping; empty, with a complaint added, if it cannot be had. */
  static Optional<MappingNode> read(Path file, List<Complaint> complaints) {
    try {
      return parse(text(file), complaints);
    } catch (NoSuchFileException e) {
      complaints.add(about(file, "", "no such file; give the path of a settings file"));
    } catch (IOException e) {
      complaints.add(about(file, "", unreadable(file, e)));
    }
    return Optional.empty();
  }

  /** Why a file cannot be read, and what to do. */
  static String unreadable(Path file, IOException e) {
    if (Files.isDirectory(file)) {
      return "a directory; give the path of a settings file";
    }
    return switch (e) {
      case AccessDeniedException _ ->
          "the user "
              + System.getProperty("user.name")
              + " may not read it; make it readable for this user";
      case CharacterCodingException _ -> "not UTF-8; write it as UTF-8 text";
      default -> "cannot be read (" + e.getMessage() + "); it must be a readable UTF-8 file";
    };
  }

  /** The top mapping of the text; empty, with a complaint added, if it is not one. */
  static Optional<MappingNode> parse(String text, List<Complaint> complaints) {
    try {
      requireShallow(text);
      return topMapping(new Compose(SETTINGS).composeString(text), complaints);
    } catch (MarkedYamlEngineException e) {
      complaints.add(new Complaint("file", line(e), "", "not YAML: " + e.getProblem()));
    } catch (YamlEngineException e) {
      complaints.add(new Complaint("file", "", "", "not YAML: " + e.getMessage()));
    }
    return Optional.empty();
  }

  /** How complaints name the line a node is in. */
  static String line(Node node) {
    return node.getStartMark().map(mark -> "line " + (mark.getLine() + 1)).orElse("");
  }

  private static String line(MarkedYamlEngineException e) {
    return e.getProblemMark().map(mark -> "line " + (mark.getLine() + 1)).orElse("");
  }

  private static String text(Path file) throws IOException {
    if (Files.isRegularFile(file) && Files.size(file) > LARGEST) {
      throw new IOException("larger than " + (LARGEST >> 20) + " MiB");
    }
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private static Optional<MappingNode> topMapping(Optional<Node> top, List<Complaint> complaints) {
    if (top.isEmpty() || top.get() instanceof MappingNode) {
      return top.map(MappingNode.class::cast);
    }
    complaints.add(new Complaint("file", line(top.get()), "", "a mapping of keys is expected"));
    return Optional.empty();
  }

  // The composer recurses: depth is bounded before it sees the text.
  private static void requireShallow(String text) {
    int depth = 0;
    for (Event event : new Parse(SETTINGS).parseString(text)) {
      depth += event instanceof CollectionStartEvent ? 1 : 0;
      depth -= event instanceof CollectionEndEvent ? 1 : 0;
      if (depth > DEEPEST) {
        throw new YamlEngineException("nested deeper than " + DEEPEST + " levels");
      }
    }
  }

  private static Complaint about(Path file, String where, String expected) {
    return new Complaint(file.toString(), where, "", expected);
  }
}
