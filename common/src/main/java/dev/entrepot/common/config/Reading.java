package dev.entrepot.common.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What one reading of a file and an environment has come across so far. */
final class Reading {
  /** Variables of the launcher, and those that Kubernetes sets for a service named entrepot. */
  private static final Pattern NOT_OURS =
      Pattern.compile(
          "ENTREPOT_(JAVA_OPTS|JVM_FOLDERS|.*SERVICE_HOST|.*SERVICE_PORT(_.*)?"
              + "|(.*_)?PORT(_\\d+_(TCP|UDP|SCTP)(_.*)?)?)");

  private final Path folder;
  private final Map<String, String> environment;
  private final List<Complaint> complaints;
  private final List<Settings> sections = new ArrayList<>();
  private final Map<String, Key> keys = new LinkedHashMap<>();
  private final Set<String> variables = new HashSet<>();

  Reading(Path folder, Map<String, String> environment, List<Complaint> complaints) {
    this.folder = folder;
    this.environment = environment;
    this.complaints = complaints;
  }

  void complain(Complaint complaint) {
    complaints.add(complaint);
  }

  void know(Key key) {
    keys.putIfAbsent(key.path(), key);
  }

  void enter(Settings section) {
    sections.add(section);
  }

  /** The variable's value, if it is set to anything. */
  Optional<String> variable(String name) {
    variables.add(name);
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  /** A path in the file, which is relative to the file. */
  Path fromFile(String path) {
    return folder.resolve(path);
  }

  Collection<Key> keys() {
    return keys.values();
  }

  /** Complains of every key and variable that nothing has asked for. */
  List<Complaint> finish() {
    sections.forEach(Settings::complainOfUnknownKeys);
    for (String name : new TreeSet<>(environment.keySet())) {
      if (name.startsWith(Place.PREFIX + "_")
          && !variables.contains(name)
          && !NOT_OURS.matcher(name).matches()) {
        complain(new Complaint(name, "environment", "", "unknown variable" + nearest(name)));
      }
    }
    return List.copyOf(complaints);
  }

  /** The known key of any section whose last part is nearest. */
  Optional<String> elsewhere(String key) {
    List<String> ends = keys.keySet().stream().map(Reading::end).toList();
    return NearestName.of(key, ends)
        .flatMap(end -> keys.keySet().stream().filter(p -> end(p).equals(end)).findFirst());
  }

  private static String end(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  private String nearest(String name) {
    return NearestName.of(name, variables).map(known -> "; did you mean " + known + "?").orElse("");
  }
}
