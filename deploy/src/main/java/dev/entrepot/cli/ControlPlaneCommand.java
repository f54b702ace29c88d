package dev.entrepot.cli;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.config.ListenAddress;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.control.ControlPlane;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The control plane: runs it, and keeps copies of its state. */
@Command(
    name = "control-plane",
    description = "Runs a control plane, which issues tokens and tells edges which to accept.",
    mixinStandardHelpOptions = true)
final class ControlPlaneCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  private final PrintWriter out;

  @Option(names = "--config", paramLabel = "FILE", description = "A settings file.")
  private Optional<Path> config = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where its state is; ./entrepot-control if no file says otherwise.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "How clients and edges name it; it listens at the port in it.")
  private Optional<URI> url = Optional.empty();

  ControlPlaneCommand(Map<String, String> environment, PrintWriter out) {
    this.environment = environment;
    this.out = out;
  }

  @Override
  public Integer call() {
    ControlSettings read = SettingsFile.control(config, environment);
    ControlSettings placed = data.map(read::in).orElse(read);
    ControlSettings settings = url.map(it -> placed.at(https(it))).orElse(placed);
    LoggingSetup.choose(settings.logging());
    return ControlLauncher.run(settings, out);
  }

  @Command(
      description = "Copies the state of a running control plane into a new directory.",
      mixinStandardHelpOptions = true)
  int backup(
      @Option(
              names = "--config",
              paramLabel = "FILE",
              description = "The settings file, to learn where the admin door is.")
          Optional<Path> file,
      @Option(
              names = "--admin",
              paramLabel = "URL",
              description = "Where the admin door is; otherwise " + AdminClient.DEFAULT + ".")
          Optional<URI> admin,
      @Option(
              names = "--to",
              paramLabel = "DIR",
              required = true,
              description =
                  "The directory; absent or empty, one that the control plane may write. It will"
                      + " hold private keys.")
          Path to) {
    Path directory = to.toAbsolutePath().normalize();
    URI door = admin.or(() -> file.map(this::door)).orElse(URI.create(AdminClient.DEFAULT));
    var _ = new AdminClient(door).post("/backup", Map.of("directory", directory.toString()));
    if (ControlPlane.lacksBackup(directory)) {
      throw new Refusal(
          "the control plane says that its state is copied to "
              + directory
              + ", but no backup is to be seen there: a service has a /tmp of its own, so choose a"
              + " directory that it may write and others see, such as "
              + "/var/lib/entrepot/backups/NAME, and run this command on its machine");
    }
    out.println("the control plane's state is copied to " + directory);
    out.println("it holds private keys: keep it as safe as the control plane itself");
    return CommandLine.ExitCode.OK;
  }

  @Command(
      description = "Makes an empty state directory of a backup; the control plane must not run.",
      mixinStandardHelpOptions = true)
  int restore(
      @Option(names = "--from", paramLabel = "DIR", required = true, description = "The backup.")
          Path from,
      @Option(
              names = "--config",
              paramLabel = "FILE",
              description = "The settings file; its storage.directory is restored.")
          Optional<Path> file,
      @Option(
              names = "--data",
              paramLabel = "DIR",
              description = "The directory to restore, instead of the one of the file.")
          Optional<Path> directory) {
    Path to = directory.orElseGet(() -> SettingsFile.control(file, environment).directory());
    Instant made = ControlPlane.restore(from, to);
    out.println("the state of " + made + " is restored to " + to + ": start the control plane");
    out.println("tokens from before do not count any more: clients get new ones by themselves");
    out.println("join tokens from before are void: make new ones with entrepot join-token create");
    out.println(
        "nodes that were removed since "
            + made
            + " are let in again: shut them out with entrepot node remove NAME; nodes that joined"
            + " since then join again");
    return CommandLine.ExitCode.OK;
  }

  private static URI https(URI url) {
    if (!"https".equals(url.getScheme()) || url.getHost() == null) {
      throw new Refusal(
          "--url " + url + " is not how a control plane is named; give https://HOST:PORT");
    }
    return url;
  }

  private URI door(Path file) {
    ListenAddress at = SettingsFile.control(Optional.of(file), environment).listen().admin();
    return URI.create("http://" + at);
  }
}
