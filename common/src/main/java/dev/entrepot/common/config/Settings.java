package dev.entrepot.common.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * One section of a settings file together with the environment's overrides. Asking for a key also
 * makes it known: what was never asked for is complained of at the end, and the reference page
 * lists all that was. A value that is not understood becomes a complaint, and its default goes on.
 */
public final class Settings {
  private final Reading reading;
  private final Place place;
  private final FileSection file;
  private final Set<String> known = new LinkedHashSet<>();

  /** A section that holds nothing of its own until {@link #fill} is called. */
  Settings(Reading reading, Place place) {
    this.reading = reading;
    this.place = place;
    this.file = new FileSection(reading, place);
    reading.enter(this);
  }

  /** Takes over what the file says in this section. */
  void fill(Node node) {
    file.fill(node);
  }

  // Values.

  /** The key's value, or {@code fallback} if nothing is given. */
  public <T> T value(String key, Form<T> form, T fallback, String sentence) {
    return optional(key, form, form.print().apply(fallback), sentence).orElse(fallback);
  }

  /**
   * The key's value, if there is one; {@code absent} says in the reference what holds otherwise.
   */
  public <T> Optional<T> optional(String key, Form<T> form, String absent, String sentence) {
    know(key, form.type(), absent, sentence);
    return raw(key, form.expected()).flatMap(raw -> parse(place.key(key), form, raw));
  }

  /** The key's value, with a complaint if nothing is given. */
  public <T> Optional<T> required(String key, Form<T> form, String sentence) {
    know(key, form.type(), "required", sentence);
    Optional<Raw> raw = raw(key, form.expected());
    if (raw.isEmpty() && !file.has(key)) {
      complain(place.key(key), "", "", "missing; give " + form.expected());
    }
    return raw.flatMap(text -> parse(place.key(key), form, text));
  }

  public String text(String key, String fallback, String sentence) {
    return value(key, Forms.text("some text"), fallback, sentence);
  }

  public int number(String key, int least, int most, int fallback, String sentence) {
    return value(key, Forms.number(least, most), fallback, sentence);
  }

  public boolean flag(String key, boolean fallback, String sentence) {
    return value(key, Forms.flag(), fallback, sentence);
  }

  public Duration duration(String key, Duration fallback, String sentence) {
    return value(key, Forms.duration(), fallback, sentence);
  }

  public long size(String key, long fallback, String sentence) {
    return value(key, Forms.size(), fallback, sentence);
  }

  public SizeOrShare sizeOrShare(String key, SizeOrShare fallback, String sentence) {
    return value(key, Forms.sizeOrShare(), fallback, sentence);
  }

  /** A path: relative to the file if the file says it, else to the working directory. */
  public Optional<Path> path(String key, String absent, String sentence) {
    know(key, "path", absent, sentence);
    return raw(key, "a path").flatMap(raw -> parse(place.key(key), paths(raw.fromFile()), raw));
  }

  /** A secret from {@code key} itself or from the file that {@code key-file} names. */
  public Optional<Secret> secret(String key, String sentence) {
    know(key, "secret", "none", sentence);
    Optional<Raw> inline = raw(key, "a secret");
    String fileKey = key + "-file";
    Optional<Path> file =
        path(fileKey, "none", "A file that holds it instead; line breaks at its end are dropped.");
    if (inline.isPresent() && file.isPresent()) {
      complain(place.key(key), "", "", "give it or " + fileKey + ", not both");
    }
    return inline.map(raw -> new Secret(raw.text())).or(() -> file.flatMap(p -> open(fileKey, p)));
  }

  /** A list of values; in the environment they are separated by commas. */
  public <T> List<T> list(String key, Form<T> form, List<T> fallback, String sentence) {
    return optionalList(key, form, printed(form, fallback), sentence).orElse(fallback);
  }

  /** A list of values if there is one, be it empty. */
  public <T> Optional<List<T>> optionalList(
      String key, Form<T> form, String absent, String sentence) {
    know(key, "list of " + form.type(), absent, sentence);
    Optional<List<Raw>> raws = reading.variable(place.key(key).variable()).map(v -> split(key, v));
    return raws.or(() -> file.elements(key, form.expected()))
        .map(all -> all.stream().flatMap(r -> parse(place.key(key), form, r).stream()).toList());
  }

  // Sections.

  /** A section within this one; it need not be in the file. */
  public Settings section(String key, String sentence) {
    knowSection(key, Key.SECTION, sentence);
    Settings section = new Settings(reading, place.key(key));
    file.node(key).ifPresent(section::fill);
    return section;
  }

  /** A list of sections, named by position in complaints and in the environment. */
  public List<Settings> sections(String key, String sentence) {
    List<Settings> sections = new ArrayList<>();
    for (Node node : sectionNodes(key, sentence)) {
      sections.add(element(key, String.valueOf(sections.size()), "N", node));
    }
    return sections;
  }

  /** Like {@link #sections}, if there is a list, be it empty. */
  public Optional<List<Settings>> optionalSections(String key, String sentence) {
    List<Settings> sections = sections(key, sentence);
    return file.hasList(key) ? Optional.of(sections) : Optional.empty();
  }

  /** Like {@link #sections}, with one section that holds defaults if the file has none. */
  public List<Settings> sectionsOrOne(String key, String sentence) {
    List<Settings> sections = sections(key, sentence);
    return sections.isEmpty()
        ? List.of(new Settings(reading, place.key(key).element("0", "N")))
        : sections;
  }

  /** A list of sections by the name that each gives in its key {@code name}. */
  public Map<String, Settings> named(String key, Form<String> form, String sentence) {
    Map<String, Settings> byName = new LinkedHashMap<>();
    for (Node node : sectionNodes(key, sentence)) {
      String name = FileSection.nameIn(node).orElse(String.valueOf(byName.size()));
      Settings section = element(key, name, "NAME", node);
      Optional<String> valid = section.required("name", form, "The name itself.");
      if (byName.putIfAbsent(valid.orElse(name), section) != null) {
        section.complain(section.place.key("name"), YamlFile.line(node), name, "a name used once");
        section.file.forget();
      }
    }
    return byName;
  }

  /** A section of such a list that the file does not have, for the environment's overrides. */
  public Settings unlisted(String key, String name) {
    return new Settings(reading, place.key(key).element(name, "NAME"));
  }

  /** Notes a complaint about a key for a reason that its form alone does not show. */
  public void complain(String key, String value, String expected) {
    complain(place.key(key), file.line(key), value, expected);
  }

  /** Complains when the file gives the key and nothing for it. */
  void requireSaid(String key, String expected) {
    if (file.isBlank(key)) {
      complain(key, "(nothing)", expected);
    }
  }

  /** Whether the file gives anything for this key, be it wrong; an empty list is nothing. */
  public boolean mentions(String key) {
    return file.mentions(key);
  }

  void complainOfUnknownKeys() {
    file.unknown(known)
        .forEach((key, line) -> complain(place.key(key), line, "", "unknown key; " + nearest(key)));
  }

  private String nearest(String key) {
    return NearestName.of(key, known)
        .map(name -> place.key(name).path())
        .or(() -> reading.elsewhere(key))
        .map(path -> "did you mean " + path + "?")
        .orElseGet(() -> "known here: " + String.join(", ", known));
  }

  private void know(String key, String type, String fallback, String sentence) {
    known.add(key);
    Place here = place.key(key);
    reading.know(new Key(here.pattern(), here.variablePattern(), type, fallback, sentence));
  }

  private void knowSection(String key, String type, String sentence) {
    known.add(key);
    reading.know(new Key(place.key(key).pattern(), "", type, "", sentence));
  }

  private Optional<Raw> raw(String key, String expected) {
    String variable = place.key(key).variable();
    return reading
        .variable(variable)
        .map(value -> new Raw(value, variable, false))
        .or(() -> file.scalar(key, expected));
  }

  private <T> Optional<T> parse(Place where, Form<T> form, Raw raw) {
    try {
      return Optional.of(form.parse().apply(raw.text()));
    } catch (IllegalArgumentException e) {
      complain(where, raw.where(), raw.text().isEmpty() ? "(empty)" : raw.text(), form.expected());
      return Optional.empty();
    }
  }

  private List<Raw> split(String key, String value) {
    String variable = place.key(key).variable();
    return Arrays.stream(value.split(",", -1))
        .map(part -> new Raw(part.strip(), variable, false))
        .toList();
  }

  private List<Node> sectionNodes(String key, String sentence) {
    knowSection(key, Key.SECTIONS, sentence);
    return file.sections(key);
  }

  private Settings element(String key, String name, String placeholder, Node node) {
    Settings section = new Settings(reading, place.key(key).element(name, placeholder));
    section.fill(node);
    return section;
  }

  private Form<Path> paths(boolean fromFile) {
    return new Form<>(
        "path",
        "a path",
        text -> fromFile ? reading.fromFile(text) : Path.of(text),
        Path::toString);
  }

  private Optional<Secret> open(String key, Path file) {
    try {
      return Optional.of(new Secret(Files.readString(file).replaceAll("[\\r\\n]+$", "")));
    } catch (IOException e) {
      complain(key, file.toString(), "a readable file");
      return Optional.empty();
    }
  }

  private void complain(Place at, String where, String value, String expected) {
    reading.complain(new Complaint(at.shown(), where, value, expected));
  }

  private static <T> String printed(Form<T> form, List<T> values) {
    return values.stream().map(form.print()).collect(Collectors.joining(", ", "[", "]"));
  }
}
