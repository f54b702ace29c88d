package dev.entrepot.common.config;

import dev.entrepot.common.config.BuiltinUpstreams.Builtin;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** The upstreams: the built-in ones with the file's changes, then the file's own. */
final class UpstreamsReader {
  private static final String KEY = "upstreams";
  private static final Form<String> NAME =
      Forms.text(
          "name",
          "a name such as ghcr.io, registry.corp.example:8443 or *.pkg.dev, in lower case",
          Pattern.compile("(\\*\\.)?[a-z0-9]+([._-]+[a-z0-9]+)*(:\\d{1,5})?"));

  private final Settings root;

  UpstreamsReader(Settings root) {
    this.root = root;
  }

  List<UpstreamSettings> read() {
    boolean open =
        root.flag("builtin-upstreams", true, "Whether the built-in upstreams are known.");
    Map<String, Settings> listed =
        root.named(
            KEY, NAME, "Registries that may be asked; merged by name into the built-in ones.");
    Map<String, Builtin> builtin = open ? BuiltinUpstreams.byName() : Map.of();
    Map<String, Settings> all = new LinkedHashMap<>();
    builtin.keySet().forEach(name -> all.put(name, listed.getOrDefault(name, unlisted(name))));
    listed.forEach(all::putIfAbsent);
    return read(all, builtin, defaultName(listed));
  }

  // The built-in default steps back as soon as the file names another.
  private static String defaultName(Map<String, Settings> listed) {
    return listed.entrySet().stream()
        .filter(upstream -> upstream.getValue().mentions("default"))
        .filter(upstream -> isDefault(upstream.getValue(), false))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(BuiltinUpstreams.DEFAULT);
  }

  private List<UpstreamSettings> read(
      Map<String, Settings> all, Map<String, Builtin> builtin, String defaultName) {
    List<UpstreamSettings> upstreams =
        all.entrySet().stream()
            .map(one ->
                new UpstreamReader(one.getKey(), one.getValue(), builtin.get(one.getKey()))
                    .read(isDefault(one.getValue(), one.getKey().equals(defaultName))))
            .toList();
    complainOfTwoDefaults(upstreams, all);
    complainOfNamesUsedTwice(upstreams, all);
    return upstreams;
  }

  private static void complainOfTwoDefaults(
      List<UpstreamSettings> upstreams, Map<String, Settings> all) {
    upstreams.stream()
        .filter(UpstreamSettings::isDefault)
        .skip(1)
        .forEach(
            second -> section(all, second).complain("default", "true", "one default upstream"));
  }

  private static void complainOfNamesUsedTwice(
      List<UpstreamSettings> upstreams, Map<String, Settings> all) {
    Map<String, String> owners = new LinkedHashMap<>();
    upstreams.forEach(upstream -> owners.put(upstream.name(), upstream.name()));
    for (UpstreamSettings upstream : upstreams) {
      for (String alias : upstream.aliases()) {
        String owner = owners.putIfAbsent(alias, upstream.name());
        if (owner != null) {
          section(all, upstream)
              .complain("aliases", alias, "a name that " + owner + " does not have");
        }
      }
    }
  }

  private static Settings section(Map<String, Settings> all, UpstreamSettings upstream) {
    return Objects.requireNonNull(all.get(upstream.name()));
  }

  private static boolean isDefault(Settings upstream, boolean fallback) {
    return upstream.flag(
        "default", fallback, "Whether it also answers names without a prefix; `docker.io` does.");
  }

  private Settings unlisted(String name) {
    return root.unlisted(KEY, name);
  }
}
