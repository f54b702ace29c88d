package dev.entrepot.cli;

import dev.entrepot.common.json.JsonFields;
import java.io.PrintWriter;
import java.net.URI;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The keys that sign tokens. */
@Command(
    name = "keys",
    description = "Shows and changes the keys that sign tokens.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class KeysCommand {
  private static final String ADMIN = "Where the control plane's admin door is.";

  private final PrintWriter out;

  KeysCommand(PrintWriter out) {
    this.out = out;
  }

  @Command(description = "Lists the keys, the oldest first.", mixinStandardHelpOptions = true)
  int list(
      @Option(
              names = "--admin",
              paramLabel = "URL",
              defaultValue = AdminClient.DEFAULT,
              description = ADMIN)
          URI admin) {
    JsonFields answer = new AdminClient(admin).get("/keys");
    Table table = new Table("KEY", "STATE", "MADE", "SIGNS SINCE", "SIGNED UNTIL");
    AdminClient.read(() -> {
      for (JsonFields key : answer.objects("keys")) {
        table.row(
            key.text("kid"),
            key.text("state"),
            key.text("made"),
            key.optionalText("began").orElse("-"),
            key.optionalText("ended").orElse("-"));
      }
      return table;
    });
    table.print(out);
    return CommandLine.ExitCode.OK;
  }

  @Command(
      description = "Lets the next key sign; tokens of the one before stay good.",
      mixinStandardHelpOptions = true)
  int rotate(
      @Option(
              names = "--admin",
              paramLabel = "URL",
              defaultValue = AdminClient.DEFAULT,
              description = ADMIN)
          URI admin,
      @Option(
              names = "--force",
              description = "Even if the next key was published some seconds ago only.")
          boolean force) {
    JsonFields answer = new AdminClient(admin).post("/keys/rotate", Map.of("force", force));
    out.println("tokens are signed by the key " + AdminClient.read(() -> answer.text("kid")));
    return CommandLine.ExitCode.OK;
  }
}
