package dev.entrepot.cli.loadtest;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.config.Secret;
import dev.entrepot.loadtest.load.Client;
import dev.entrepot.loadtest.load.http.Access;
import dev.entrepot.loadtest.load.http.Dialer;
import dev.entrepot.loadtest.load.http.Trust;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How clients reach registries and who they say they are. */
final class ClientOptions {
  private static final String PASSWORD = "LOADTEST_PASSWORD";
  private static final String TOKEN = "LOADTEST_TOKEN";

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = {
        "Pull as this user; every target sees the password, given by --password-file or in the"
            + " variable LOADTEST_PASSWORD."
      })
  private Optional<String> user = Optional.empty();

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "The user's password; line breaks at its end are dropped.")
  private Optional<Path> passwordFile = Optional.empty();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "Show this bearer token instead of asking for one; or the variable LOADTEST_TOKEN.")
  private Optional<Path> tokenFile = Optional.empty();

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Certificates (PEM) that https targets must lead to, instead of Java's own.")
  private Optional<Path> ca = Optional.empty();

  @Option(
      names = "--insecure",
      description =
          "Believe any certificate. Bytes are proved all the same, passwords are not safe.")
  private boolean insecure;

  @Option(
      names = "--source",
      paramLabel = "ADDRESS",
      description = "A local address that clients connect from; repeat to spread them.")
  private List<String> sources = new ArrayList<>();

  @Option(
      names = "--connect-timeout",
      paramLabel = "DURATION",
      defaultValue = "10s",
      description = "The longest wait for a connection (${DEFAULT-VALUE}).")
  private Duration connectTimeout = Duration.ofSeconds(10);

  @Option(
      names = "--read-timeout",
      paramLabel = "DURATION",
      defaultValue = "60s",
      description = "The longest silence within an answer (${DEFAULT-VALUE}).")
  private Duration readTimeout = Duration.ofSeconds(60);

  /** The clients, as told. */
  Client client(Map<String, String> environment) {
    List<InetAddress> addresses = sources.stream().map(ClientOptions::address).toList();
    return new Client(
        new Dialer(
            Words.positive("--connect-timeout", connectTimeout),
            Words.positive("--read-timeout", readTimeout),
            trust(),
            addresses),
        access(environment));
  }

  private Access access(Map<String, String> environment) {
    Optional<Secret> token = secret(tokenFile, environment, TOKEN);
    if (user.isEmpty()) {
      if (passwordFile.isPresent()) {
        throw new Refusal("--password-file is given without a user; add --user NAME");
      }
      return token.<Access>map(ClientOptions::token).orElse(new Access.Anonymous());
    }
    if (tokenFile.isPresent()) {
      throw new Refusal("--user and --token-file exclude each other; give one of them");
    }
    Secret password =
        secret(passwordFile, environment, PASSWORD)
            .orElseThrow(() ->
                new Refusal(
                    "--user needs a password; name a file with --password-file or set "
                        + PASSWORD));
    return new Access.Account(user.get(), password);
  }

  private static Access.Token token(Secret token) {
    if (!token.reveal().matches("[\\x21-\\x7e]+")) {
      throw new Refusal("the token is none; its file must hold one line without spaces");
    }
    return new Access.Token(token);
  }

  private static Optional<Secret> secret(
      Optional<Path> file, Map<String, String> environment, String variable) {
    if (file.isEmpty()) {
      return Optional.ofNullable(environment.get(variable)).map(Secret::new);
    }
    try {
      return Optional.of(new Secret(Files.readString(file.get()).replaceAll("[\\r\\n]+$", "")));
    } catch (IOException e) {
      throw new Refusal(file.get() + " cannot be read; name a file that you may read", e);
    }
  }

  private Trust trust() {
    if (insecure) {
      return Trust.anybody();
    }
    if (ca.isEmpty()) {
      return Trust.system();
    }
    try {
      return Trust.of(ca.get());
    } catch (IOException e) {
      throw new Refusal("--ca " + ca.get() + " holds no certificates; name a PEM file of them", e);
    }
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw new Refusal("--source " + text + " is no address; give one of this machine", e);
    }
  }
}
