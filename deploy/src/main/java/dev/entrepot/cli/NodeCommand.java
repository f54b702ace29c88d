package dev.entrepot.cli;

import dev.entrepot.common.json.JsonFields;
import java.io.PrintWriter;
import java.net.URI;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Edges that have joined. */
@Command(
    name = "node",
    description = "Shows edges that have joined, and shuts them out.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class NodeCommand {
  private static final String ADMIN = "Where the control plane's admin door is.";

  private final PrintWriter out;

  NodeCommand(PrintWriter out) {
    this.out = out;
  }

  @Command(description = "Lists the nodes by name.", mixinStandardHelpOptions = true)
  int list(
      @Option(
              names = "--admin",
              paramLabel = "URL",
              defaultValue = AdminClient.DEFAULT,
              description = ADMIN)
          URI admin) {
    JsonFields answer = new AdminClient(admin).get("/nodes");
    Table table = new Table("NODE", "JOINED", "RENEWED", "CERTIFICATE ENDS");
    AdminClient.read(() -> {
      for (JsonFields node : answer.objects("nodes")) {
        table.row(node.text("node"), node.text("joined"), node.text("renewed"), node.text("end"));
      }
      return table;
    });
    table.print(out);
    return CommandLine.ExitCode.OK;
  }

  @Command(
      description = "Makes a node's certificates worthless; other edges know within 5 seconds.",
      mixinStandardHelpOptions = true)
  int remove(
      @Parameters(paramLabel = "NODE", description = "Its name.") String node,
      @Option(
              names = "--admin",
              paramLabel = "URL",
              defaultValue = AdminClient.DEFAULT,
              description = ADMIN)
          URI admin) {
    var _ = new AdminClient(admin).post("/nodes/remove", Map.of("node", node));
    out.println("the node " + node + " is shut out; it can join again with a new join token");
    return CommandLine.ExitCode.OK;
  }
}
