package dev.entrepot.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.testcontainers.DockerClientFactory;

/**
 * Images of the Docker engine at {@code DOCKER_HOST}, from what Debian's packages have put on this
 * machine and from what the build has packed, for nothing can be pulled. They are made once.
 */
final class TestImages {
  private static final Duration BUILD = Duration.ofMinutes(5);
  private static final List<String> JRE_BASE =
      List.of(
          "bash",
          "coreutils",
          "dash",
          "libacl1",
          "libattr1",
          "libc6",
          "libgcc-s1",
          "libgmp10",
          "libjemalloc2",
          "libpcre2-8-0",
          "libselinux1",
          "libssl3",
          "libstdc++6",
          "libtinfo6",
          "zlib1g");
  private static final String ORIGIN_CONFIG = "/etc/docker/registry/config.yml";
  private static final Map<String, Path> MADE = new ConcurrentHashMap<>();

  private TestImages() {}

  /** The test stands aside, or fails where it is required, if no engine answers. */
  static void needEngine() {
    Programs.needRoot();
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      Programs.standAside(
          "no Docker engine answers: start dockerd and set DOCKER_HOST, as .ci/run does");
    }
  }

  /** The image that {@code deploy/docker/Dockerfile} makes, on a base with a Java runtime. */
  static String entrepot(Path scratch) {
    MADE.computeIfAbsent("entrepot-test", name -> makeEntrepot(name, scratch));
    return "entrepot-test";
  }

  private static Path makeEntrepot(String name, Path scratch) {
    Path base = files(scratch.resolve("base"), JRE_BASE);
    Path unpacked = Distribution.unpack(folder(scratch.resolve("unpacked")));
    copy(unpacked.resolve("runtime"), base.resolve("opt/java"));
    load(base, "entrepot-test-base", "ENV JAVA_HOME=/opt/java");
    docker(
        scratch,
        "build",
        "--quiet",
        "--build-arg=BASE=entrepot-test-base",
        "--tag=" + name,
        "--file=" + Path.of("docker/Dockerfile").toAbsolutePath(),
        Distribution.folder().resolve("entrepot").toString());
    return scratch;
  }

  /** Debian's registry, in the place of {@code registry:2}. */
  static String origin(Path scratch) {
    MADE.computeIfAbsent("entrepot-test-origin", name -> makeOrigin(name, scratch));
    return "entrepot-test-origin";
  }

  private static Path makeOrigin(String name, Path scratch) {
    Path root = files(scratch.resolve("origin"), List.of("docker-registry", "libc6"));
    folder(root.resolve("var/lib/registry"));
    write(
        root.resolve(ORIGIN_CONFIG.substring(1)),
        """
        version: 0.1
        log: {accesslog: {disabled: false}}
        storage: {filesystem: {rootdirectory: /var/lib/registry}}
        http: {addr: "127.0.0.1:5000"}
        """);
    load(
        root,
        name,
        "ENTRYPOINT [\"/usr/bin/docker-registry\", \"serve\", \"" + ORIGIN_CONFIG + "\"]");
    return root;
  }

  /** Runs docker's command to its end. */
  static String docker(Path directory, String... arguments) {
    List<String> command = new ArrayList<>(List.of(Programs.need("docker", "docker.io")));
    command.addAll(List.of(arguments));
    return Running.run(directory, BUILD, command.toArray(String[]::new));
  }

  /** The files of packages below a new folder, but for what is there to be read. */
  private static Path files(Path root, List<String> packages) {
    folder(root);
    List<String> found = new ArrayList<>();
    for (String one : packages) {
      for (String line :
          Running.run(root, BUILD, "dpkg-query", "--listfiles", one).lines().toList()) {
        Path file = Path.of(line);
        if (!line.startsWith("/usr/share/")
            && Files.exists(file, LinkOption.NOFOLLOW_LINKS)
            && !Files.isDirectory(file)) {
          found.add(real(file));
        }
      }
    }
    for (String place : List.of("bin", "sbin", "lib", "lib64")) {
      if (Files.isSymbolicLink(Path.of("/", place))) {
        found.add(place);
      }
    }
    Path list = root.resolveSibling(root.getFileName() + ".list");
    write(list, String.join("\n", found) + "\n");
    shell(root, "tar -c -C / -T '" + list + "' | tar -x && mkdir -p -m 1777 tmp");
    return root;
  }

  /** As a path below the root, through no link but the file itself. */
  private static String real(Path file) {
    try {
      Path parent = Objects.requireNonNull(file.getParent());
      return parent.toRealPath().resolve(file.getFileName()).toString().substring(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void load(Path root, String name, String change) {
    String docker = Programs.need("docker", "docker.io");
    shell(root, "tar -c . | " + docker + " import --change '" + change + "' - " + name);
  }

  private static void copy(Path from, Path to) {
    folder(Objects.requireNonNull(to.getParent()));
    Running.run(from, BUILD, "cp", "-a", from.toString(), to.toString());
  }

  private static void shell(Path directory, String line) {
    Running.run(directory, BUILD, "/bin/bash", "-c", "set -eo pipefail; umask 022; " + line);
  }

  private static Path folder(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, String text) {
    try {
      folder(Objects.requireNonNull(file.getParent()));
      Files.writeString(file, text);
      assertThat(file).isNotEmptyFile();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
