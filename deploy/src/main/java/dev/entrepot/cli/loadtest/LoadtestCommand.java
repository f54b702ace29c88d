package dev.entrepot.cli.loadtest;

import dev.entrepot.common.config.Durations;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code entrepot loadtest} and its three ways. */
@Command(
    name = "loadtest",
    description = "Puts registries under load, proves every byte and says how it went.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Any registry can be loaded: an edge, docker-registry, a public one that you may load.",
      "For example:",
      "  entrepot loadtest pull http://127.0.0.1:5000/docker.io/library/alpine:3.20",
      "  entrepot loadtest herd --target http://a:5000 --target http://b:5000 \\",
      "      --clients 150 --blob team/model@sha256:...",
      "  entrepot loadtest compare --a http://127.0.0.1:5001 --b http://127.0.0.1:5000 \\",
      "      --pid-a 4711 --pid-b 4712 team/app:1",
      "",
      "Ends with 0 when every pull came and every hash was right, with 1 otherwise: also when",
      "pulls that fell due at a --rate were never begun."
    })
public final class LoadtestCommand {
  private LoadtestCommand() {}

  /**
   * The command with its subcommands, to be added to {@code entrepot}.
   *
   * @param environment where passwords and tokens may stand
   */
  public static CommandLine line(
      Map<String, String> environment, PrintWriter out, PrintWriter err) {
    Surroundings around = new Surroundings(environment, out, err);
    return new CommandLine(new LoadtestCommand())
        .addSubcommand(new PullCommand(around))
        .addSubcommand(new HerdCommand(around))
        .addSubcommand(new CompareCommand(around))
        .registerConverter(Duration.class, LoadtestCommand::duration);
  }

  private static Duration duration(String text) {
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException _) {
      throw new CommandLine.TypeConversionException(
          "\"" + text + "\" is no duration; write 250ms, 30s, 5m or 2h");
    }
  }
}
