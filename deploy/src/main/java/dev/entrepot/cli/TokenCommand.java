package dev.entrepot.cli;

import dev.entrepot.common.config.Refusal;
import java.io.PrintWriter;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Access tokens that were issued. */
@Command(
    name = "token",
    description = "Makes access tokens worthless.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class TokenCommand {
  private final PrintWriter out;

  TokenCommand(PrintWriter out) {
    this.out = out;
  }

  @Command(
      description = "Revokes one token, all of a user, or all; edges know within 5 seconds.",
      mixinStandardHelpOptions = true)
  int revoke(
      @Option(names = "--jti", paramLabel = "ID", description = "One token, by its jti.")
          Optional<String> id,
      @Option(
              names = "--subject",
              paramLabel = "NAME",
              description = "All that were issued to a user until now.")
          Optional<String> subject,
      @Option(names = "--all", description = "All that were issued to anybody until now.")
          boolean all,
      @Option(
              names = "--admin",
              paramLabel = "URL",
              defaultValue = AdminClient.DEFAULT,
              description = "Where the control plane's admin door is.")
          URI admin) {
    if ((id.isPresent() ? 1 : 0) + (subject.isPresent() ? 1 : 0) + (all ? 1 : 0) != 1) {
      throw new Refusal("give one of --jti ID, --subject NAME and --all");
    }
    AdminClient client = new AdminClient(admin);
    if (id.isPresent()) {
      var _ = client.post("/tokens/revoke", Map.of("jti", id.get()));
    } else if (subject.isPresent()) {
      var _ = client.post("/subjects/revoke", Map.of("subject", subject.get()));
    } else {
      var _ = client.post("/tokens/revoke-all", Map.of());
    }
    out.println(
        "revoked: "
            + id.map(it -> "the token " + it)
                .or(() -> subject.map(it -> "tokens of the subject " + it + " issued until now"))
                .orElse("every token issued until now")
            + "; effective on connected edges within 5 s");
    return CommandLine.ExitCode.OK;
  }
}
