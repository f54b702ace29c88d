package dev.entrepot.cli;

import dev.entrepot.common.config.Durations;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.json.UnreadableJsonException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Tokens with which edges join. */
@Command(
    name = "join-token",
    description = "Lets new edges in.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class JoinTokenCommand {
  private final PrintWriter out;

  JoinTokenCommand(PrintWriter out) {
    this.out = out;
  }

  @Command(
      description = "Makes a join token and prints it, once, with what else an edge needs to join.",
      mixinStandardHelpOptions = true)
  int create(
      @Option(
              names = "--node",
              paramLabel = "NAME",
              description = "The only name that it lets in, also one that has joined before.")
          Optional<String> node,
      @Option(
              names = "--uses",
              paramLabel = "N",
              defaultValue = "1",
              description = "How many edges may join with it; ${DEFAULT-VALUE} by default.")
          int uses,
      @Option(
              names = "--life",
              paramLabel = "DURATION",
              defaultValue = "1h",
              description = "How long it is good for; ${DEFAULT-VALUE} by default.")
          String life,
      @Option(
              names = "--admin",
              paramLabel = "URL",
              defaultValue = AdminClient.DEFAULT,
              description = "Where the control plane's admin door is.")
          URI admin,
      @Option(
              names = "--members",
              paramLabel = "ADDRESS",
              split = ",",
              description =
                  "Addresses of the edges of a site, for the file of --out and their certificates.")
          @Nullable List<String> members,
      @Option(
              names = "--host",
              paramLabel = "HOST",
              split = ",",
              description =
                  "A further DNS name or address that their certificates may be good for; without"
                      + " any, and without --members, private addresses alone.")
          @Nullable List<String> further,
      @Option(
              names = "--out",
              paramLabel = "FILE",
              description = "Writes the settings file of a site of --members; it holds secrets.")
          Optional<Path> file,
      @Option(
              names = "--wait",
              paramLabel = "DURATION",
              defaultValue = "30s",
              description = "How long with --out for a control plane that is just starting.")
          String patience) {
    List<String> edges = members == null ? List.of() : members; // picocli's word for "not given"
    if (edges.isEmpty() == file.isPresent()) {
      throw new Refusal("--members and --out belong together: give both, or none");
    }
    Map<String, Object> order = new LinkedHashMap<>();
    node.ifPresent(name -> order.put("node", name));
    order.put("hosts", Stream.concat(edges.stream(), hosts(further)).distinct().toList());
    order.put("uses", uses);
    order.put("life", life);
    AdminClient door = new AdminClient(admin);
    if (file.isPresent()) {
      SiteFile site = new SiteFile(file.get(), edges);
      door.await(Durations.parse(patience));
      JsonFields made = door.post("/join-tokens", order);
      AdminClient.read(() -> site.write(made));
      out.println(
          "wrote " + file.get() + ": entrepot edge --config FILE --node NAME --address ADDRESS");
      return CommandLine.ExitCode.OK;
    }
    JsonFields made = door.post("/join-tokens", order);
    out.print(AdminClient.read(() -> text(made)));
    out.flush();
    return CommandLine.ExitCode.OK;
  }

  private static Stream<String> hosts(@Nullable List<String> given) {
    return given == null ? Stream.of() : given.stream();
  }

  private static String text(JsonFields made) throws UnreadableJsonException {
    String edge =
        """
        token: %1$s
        pin: %2$s

        In the edge's settings file, until %4$s:

        control-plane:
          url: %3$s
          ca-pin: %2$s
          join-token: %1$s
        """
            .formatted(made.text("token"), made.text("pin"), made.text("url"), made.text("end"));
    return edge + made.optionalText("node").map(name -> "  node: " + name + "\n").orElse("");
  }
}
