package dev.entrepot.cli;

import dev.entrepot.common.config.EdgeSettings.ControlLink;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.config.Secret;
import dev.entrepot.common.wire.Enrolment;
import dev.entrepot.edge.policy.enrol.Joining;
import dev.entrepot.edge.policy.enrol.NodeIdentity;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Joins an installation ahead of an edge's first start. */
@Command(
    name = "join",
    description = "Makes this machine an edge of a control plane's installation.",
    mixinStandardHelpOptions = true)
final class JoinCommand implements Callable<Integer> {
  private final PrintWriter out;

  @Option(
      names = "--url",
      paramLabel = "URL",
      required = true,
      description = "Where the control plane is, https.")
  private URI url = URI.create("https://localhost");

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "The join token; other users of this machine may see it there.")
  private Optional<String> token = Optional.empty();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "A file that holds the join token.")
  private Optional<Path> tokenFile = Optional.empty();

  @Option(
      names = "--pin",
      paramLabel = "PIN",
      description = "The pin of the control plane's authority: sha256: and 64 digits.")
  private Optional<String> pin = Optional.empty();

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Authorities (PEM) that vouch for the control plane, instead of the pin.")
  private Optional<Path> authorities = Optional.empty();

  @Option(
      names = "--credentials",
      paramLabel = "DIR",
      required = true,
      description = "Where this edge keeps who it is; made if absent.")
  private Path credentials = Path.of("");

  @Option(
      names = "--node",
      paramLabel = "NAME",
      description = "How this edge calls itself; otherwise the host's name.")
  private Optional<String> node = Optional.empty();

  @Option(
      names = "--san",
      paramLabel = "HOST",
      description = "A DNS name or address by which other edges reach it; repeatable.")
  private @Nullable List<String> names;

  JoinCommand(PrintWriter out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    if (!"https".equals(url.getScheme()) || url.getHost() == null) {
      throw new Refusal("--url " + url + " is no URL of https; give one");
    }
    pin.filter(it -> !Enrolment.PIN.matcher(it).matches())
        .ifPresent(it -> {
          throw new Refusal("--pin " + it + " is no pin; give sha256: and 64 hexadecimal digits");
        });
    ControlLink link =
        new ControlLink(
            url, authorities, pin, token.or(this::fromFile).map(Secret::new), credentials, node);
    NodeIdentity joined =
        Joining.ensure(link, names == null ? List.of() : names, InstantSource.system());
    out.println(
        "this is the node "
            + joined.name()
            + " of the installation "
            + joined.installation()
            + "; its credentials are in "
            + credentials);
    return CommandLine.ExitCode.OK;
  }

  private Optional<String> fromFile() {
    return tokenFile.map(file -> {
      try {
        return Files.readString(file).strip();
      } catch (IOException e) {
        throw new Refusal("cannot read " + file + ": make it readable for this user", e);
      }
    });
  }
}
