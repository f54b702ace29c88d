package dev.entrepot.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A real origin: Debian's {@code docker-registry}, behind nginx where blobs are to be redirected to
 * a storage host that refuses credentials, as object stores do. The storage host is another name
 * and port; the registry never sends a blob's bytes itself then.
 */
final class Origin implements AutoCloseable {
  /** How the origin wants to be asked. */
  enum Door {
    PLAIN,
    BASIC,
    TOKEN
  }

  static final String USER = "bot";
  static final String PASSWORD = "canary-password-of-the-bot";
  private static final Duration START = Duration.ofSeconds(20);
  private static final Duration PUSH = Duration.ofSeconds(60);

  private final Path directory;
  private final Door door;
  private final int port = Ports.free();
  private final int registryPort = Ports.free();
  private final int storagePort = Ports.free();
  private final List<AutoCloseable> parts = new java.util.ArrayList<>();

  private Origin(Path directory, Door door) {
    this.directory = directory;
    this.door = door;
  }

  /** Starts an origin whose files lie in {@code directory}. */
  static Origin start(Path directory, Door door) {
    try {
      Origin origin = new Origin(Files.createDirectories(directory), door);
      origin.startRegistry();
      origin.startNginx();
      return origin;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code http://127.0.0.1:port}. */
  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Pushes an OCI layout under a name. */
  void push(Path layout, String name) {
    String skopeo = Programs.need("skopeo", "skopeo");
    String target = "docker://127.0.0.1:" + registryPort + "/" + name;
    List<String> command =
        new java.util.ArrayList<>(
            List.of(skopeo, "--insecure-policy", "copy", "--all", "--dest-tls-verify=false"));
    if (door != Door.PLAIN) {
      command.add("--dest-creds=" + USER + ":" + PASSWORD);
    }
    command.addAll(List.of("oci:" + layout + ":latest", target));
    Running.run(directory, PUSH, command.toArray(String[]::new));
  }

  /** The paths that the storage host was asked for. */
  String storageLog() {
    return read("storage.log");
  }

  /** The requests that the registry's door has seen, one a line. */
  String requestLog() {
    return read("front.log");
  }

  /** Cuts the origin off: whoever connects is refused from now on. */
  void stop() {
    close();
  }

  @Override
  public void close() {
    for (AutoCloseable part : parts.reversed()) {
      try {
        part.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    parts.clear();
  }

  private void startRegistry() throws IOException {
    String program = Programs.need("docker-registry", "docker-registry");
    Path config = directory.resolve("registry.yml");
    Files.writeString(config, registryConfig());
    Running registry =
        Running.start("registry", directory, List.of(program, "serve", config.toString()));
    parts.add(registry);
    registry.await(START, () -> Ports.answers(registryPort));
  }

  private String registryConfig() throws IOException {
    return """
    version: 0.1
    log: {level: info, accesslog: {disabled: true}}
    storage:
      filesystem: {rootdirectory: %s}
      delete: {enabled: true}
    http: {addr: "127.0.0.1:%d", relativeurls: true}
    %s\
    """
        .formatted(directory.resolve("data"), registryPort, auth());
  }

  private String auth() throws IOException {
    return switch (door) {
      case PLAIN -> "";
      case BASIC -> "auth: {htpasswd: {realm: origin, path: %s}}".formatted(htpasswd());
      case TOKEN -> {
        TokenServer tokens = TokenServer.start(directory);
        parts.add(tokens);
        yield """
        auth:
          token: {realm: "%s", service: origin, issuer: origin-issuer, rootcertbundle: %s}
        """
            .formatted(tokens.realm(), tokens.certificate());
      }
    };
  }

  private Path htpasswd() throws IOException {
    Path file = directory.resolve("htpasswd");
    String line =
        Running.run(
            directory, START, Programs.need("htpasswd", "apache2-utils"), "-nbB", USER, PASSWORD);
    Files.writeString(file, line.strip() + "\n");
    return file;
  }

  private void startNginx() throws IOException {
    String program = Programs.need("nginx", "nginx-light");
    Path config = directory.resolve("nginx.conf");
    Files.writeString(config, nginxConfig());
    Running nginx =
        Running.start(
            "nginx",
            directory,
            List.of(program, "-p", directory.toString(), "-c", config.toString()));
    parts.add(nginx);
    nginx.await(START, () -> Ports.answers(port) && Ports.answers(storagePort));
  }

  private String nginxConfig() {
    return """
    daemon off; pid nginx.pid; error_log stderr warn; worker_processes 1; user root;
    events {}
    http {
      log_format plain '$request_method $request_uri $status auth=[$http_authorization]';
      client_body_temp_path tmp-body; proxy_temp_path tmp-proxy; fastcgi_temp_path tmp-f;
      uwsgi_temp_path tmp-u; scgi_temp_path tmp-s;
      server {
        listen 127.0.0.1:%1$d; access_log front.log plain;
        location / { proxy_pass http://127.0.0.1:%2$d; proxy_set_header Host $http_host; }
        location ~ "^/v2/.+/blobs/sha256:([0-9a-f]{2})([0-9a-f]{62})$" {
          if ($request_method = GET) {
            return 307 http://localhost:%3$d/blobs/sha256/$1/$1$2/data?sig=ab%%2Bcd%%3D;
          }
          proxy_pass http://127.0.0.1:%2$d; proxy_set_header Host $http_host;
        }
      }
      server {
        listen 127.0.0.1:%3$d; access_log storage.log plain;
        root %4$s/data/docker/registry/v2;
        if ($http_authorization) { return 400; }
        if ($args != "sig=ab%%2Bcd%%3D") { return 403; }
      }
    }
    """
        .formatted(port, registryPort, storagePort, directory);
  }

  private String read(String log) {
    try {
      Path file = directory.resolve(log);
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
