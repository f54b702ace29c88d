package dev.entrepot.cli;

import dev.entrepot.cli.clients.ClientFiles;
import dev.entrepot.cli.clients.ClientKind;
import dev.entrepot.cli.clients.ClientSetup;
import dev.entrepot.cli.loadtest.LoadtestCommand;
import dev.entrepot.common.config.EdgePlace;
import dev.entrepot.common.config.EdgeSettings;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command and its subcommands. */
@Command(
    name = "entrepot",
    description = "A caching pull-through registry.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {AutoComplete.GenerateCompletion.class, CommandLine.HelpCommand.class})
public final class EntrepotCommand {
  private final Map<String, String> environment;
  private final EdgeProgram edge;
  private final PrintWriter out;
  private final PrintWriter err;

  private EntrepotCommand(
      Map<String, String> environment, EdgeProgram edge, PrintWriter out, PrintWriter err) {
    this.environment = environment;
    this.edge = edge;
    this.out = out;
    this.err = err;
  }

  /** The command line: exit code 0 is done, 1 refused, 2 not understood, 70 a bug. */
  public static CommandLine line(
      Map<String, String> environment, EdgeProgram edge, PrintWriter out, PrintWriter err) {
    EntrepotCommand command = new EntrepotCommand(environment, edge, out, err);
    return new CommandLine(command)
        .addSubcommand(new CaCommand(out))
        .addSubcommand(new JoinCommand(out))
        .addSubcommand(new ControlPlaneCommand(environment, out))
        .addSubcommand(new KeysCommand(out))
        .addSubcommand(new TokenCommand(out))
        .addSubcommand(new JoinTokenCommand(out))
        .addSubcommand(new NodeCommand(out))
        .addSubcommand(LoadtestCommand.line(environment, out, err))
        .setOut(out)
        .setErr(err)
        .registerConverter(URI.class, EntrepotCommand::url)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Failures::notUnderstood)
        .setExecutionExceptionHandler(Failures::refused);
  }

  @Command(
      description = "Runs everything in one process; works with no file at all.",
      mixinStandardHelpOptions = true)
  int standalone(
      @Option(names = "--config", paramLabel = "FILE", description = "A settings file.")
          Optional<Path> config,
      @Option(
              names = "--data",
              paramLabel = "DIR",
              description = "Where blobs are kept; ./entrepot-data if no file says otherwise.")
          Optional<Path> data,
      @Option(
              names = "--port",
              paramLabel = "PORT",
              description = "Where clients pull; 5000 if no file says otherwise.")
          Optional<Integer> port) {
    EdgePlace place =
        new EdgePlace(data, port.map(Ports::require), Optional.empty(), Optional.empty());
    EdgeSettings settings = place.in(SettingsFile.read(config, environment));
    LoggingSetup.choose(settings.logging());
    return edge.standalone(settings, out, err);
  }

  @Command(description = "Runs an edge.", mixinStandardHelpOptions = true)
  int edge(
      @Option(
              names = "--config",
              paramLabel = "FILE",
              required = true,
              description = "The settings file; all edges of a site may have the same.")
          Path config,
      @Option(
              names = "--data",
              paramLabel = "DIR",
              description = "Where blobs are kept, instead of where the file says.")
          Optional<Path> data,
      @Option(
              names = "--address",
              paramLabel = "ADDRESS",
              description = "This edge's own address: every door of the file listens there.")
          Optional<String> address,
      @Option(
              names = "--node",
              paramLabel = "NAME",
              description = "How it calls itself when it joins; otherwise the host's name.")
          Optional<String> node) {
    EdgePlace place =
        new EdgePlace(data, Optional.empty(), address.map(Ports::requireAddress), node);
    EdgeSettings settings = place.in(SettingsFile.read(Optional.of(config), environment));
    LoggingSetup.choose(settings.logging());
    return edge.run(settings, out, err);
  }

  @Command(
      name = "check-config",
      description =
          "Names everything that is wrong with the settings file of an edge or a control plane.",
      mixinStandardHelpOptions = true)
  int checkConfig(@Parameters(paramLabel = "FILE", description = "The settings file.") Path file) {
    out.println(file + " is a good file for " + SettingsFile.check(file, environment));
    return CommandLine.ExitCode.OK;
  }

  @Command(
      name = "client-setup",
      description = "Says how to point a client at an edge: files, places, reload command.",
      mixinStandardHelpOptions = true)
  int clientSetup(
      @Parameters(paramLabel = "CLIENT", description = "${COMPLETION-CANDIDATES}")
          ClientKind client,
      @Option(
              names = "--url",
              paramLabel = "URL",
              description = "How the client reaches the edge; repeat for several edges, in order.")
          List<String> urls,
      @Option(
              names = "--upstream",
              paramLabel = "NAME",
              description = "A registry to set up; repeatable. Otherwise all that the edge knows.")
          List<String> upstreams,
      @Option(
              names = "--no-fallback",
              description = "Never go past the edge, not even when it is down.")
          boolean noFallback,
      @Option(
              names = "--config",
              paramLabel = "FILE",
              description = "The edge's settings file, for its address and upstreams.")
          Optional<Path> config,
      @Option(
              names = "--format",
              paramLabel = "FORMAT",
              defaultValue = "TEXT",
              description = "text to read, or files to write them under --root.")
          ClientFiles.Format format,
      @Option(
              names = "--root",
              paramLabel = "DIR",
              description = "Where --format files puts them; / is this machine itself.")
          Optional<Path> root) {
    EdgeSettings settings = SettingsFile.read(config, environment);
    ClientSetup setup =
        ClientSetup.of(client, settings, orEmpty(urls), orEmpty(upstreams), !noFallback);
    new ClientFiles(out, err).hand(setup, format, root);
    return CommandLine.ExitCode.OK;
  }

  /** What Java says of an address without a scheme does not say that it is missing. */
  private static URI url(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new CommandLine.TypeConversionException(
          text.contains("://")
              ? "\"" + text + "\" is no URL (" + e.getReason() + "); write https://HOST:PORT"
              : "https:// is missing before \"" + text + "\", or http:// for an admin door");
    }
  }

  // picocli hands in null for an option that was never given.
  private static List<String> orEmpty(@Nullable List<String> given) {
    return given == null ? List.of() : given;
  }
}
