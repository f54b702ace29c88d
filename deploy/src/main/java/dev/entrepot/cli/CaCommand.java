package dev.entrepot.cli;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.tls.PrivateFiles;
import dev.entrepot.control.ca.Authority;
import dev.entrepot.control.ca.IssuedPair;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A certificate authority in a directory, for doors that nobody else gives a certificate. */
@Command(
    name = "ca",
    description = "Makes a certificate authority, and certificates of it.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class CaCommand {
  private static final int LABEL_BYTES = 4;
  private static final int MOST_DAYS = 825; // longer ones are refused by some clients

  private final PrintWriter out;
  private final SecureRandom random = new SecureRandom();

  CaCommand(PrintWriter out) {
    this.out = out;
  }

  @Command(description = "Makes an authority.", mixinStandardHelpOptions = true)
  int init(
      @Option(
              names = "--directory",
              paramLabel = "DIR",
              required = true,
              description = "Where its certificate and key go; made if absent.")
          Path directory) {
    if (Files.exists(directory.resolve("ca.crt"))) {
      throw new Refusal(
          "there is an authority in "
              + directory
              + " already: use it, or choose another directory");
    }
    byte[] label = new byte[LABEL_BYTES];
    random.nextBytes(label);
    Authority authority =
        Authority.openOrCreate(
            directory, HexFormat.of().formatHex(label), InstantSource.system(), random);
    out.println("an authority is in " + directory + "; keep a copy of ca.key in a safe place");
    out.println("its pin is " + authority.pin());
    return CommandLine.ExitCode.OK;
  }

  @Command(description = "Prints the pin of an authority's key.", mixinStandardHelpOptions = true)
  int pin(
      @Option(
              names = "--directory",
              paramLabel = "DIR",
              required = true,
              description = "Where the authority is.")
          Path directory) {
    out.println(open(directory).pin());
    return CommandLine.ExitCode.OK;
  }

  @Command(
      description = "Makes a certificate and its key for a server, in files.",
      mixinStandardHelpOptions = true)
  int issue(
      @Option(
              names = "--directory",
              paramLabel = "DIR",
              required = true,
              description = "Where the authority is.")
          Path directory,
      @Option(
              names = "--name",
              paramLabel = "HOST",
              required = true,
              description = "The DNS name or address that clients use.")
          String name,
      @Option(
              names = "--san",
              paramLabel = "HOST",
              description = "A further name or address; repeatable.")
          @Nullable List<String> further,
      @Option(
              names = "--days",
              paramLabel = "N",
              defaultValue = "365",
              description = "How long it is good for, up to 825; ${DEFAULT-VALUE} by default.")
          int days,
      @Option(
              names = "--out",
              paramLabel = "DIR",
              required = true,
              description = "Where tls.crt, tls.key and ca.crt go; made if absent.")
          Path to,
      @Option(
              names = "--peer",
              description = "Good for calling other edges too, for the files of a peer door.")
          boolean peer) {
    if (days < 1 || days > MOST_DAYS) {
      throw new Refusal("--days " + days + " is out of bounds; give 1 to " + MOST_DAYS);
    }
    Authority authority = open(directory);
    List<String> names =
        Stream.concat(Stream.of(name), further == null ? Stream.of() : further.stream())
            .distinct()
            .toList();
    Duration life = Duration.ofDays(days);
    IssuedPair pair = peer ? authority.issuePeer(names, life) : authority.issueServer(names, life);
    write(to, authority, pair);
    out.println("tls.crt, tls.key and ca.crt are in " + to + ", good for " + days + " days");
    return CommandLine.ExitCode.OK;
  }

  private Authority open(Path directory) {
    return Authority.open(directory, InstantSource.system(), random);
  }

  private static void write(Path to, Authority authority, IssuedPair pair) {
    try {
      Files.createDirectories(to);
      Path key = to.resolve("tls.key.new");
      Files.deleteIfExists(key);
      PrivateFiles.write(key, pair.key().reveal().getBytes(StandardCharsets.US_ASCII));
      PrivateFiles.move(key, to.resolve("tls.key"));
      Files.writeString(to.resolve("tls.crt"), pair.chain());
      Files.writeString(to.resolve("ca.crt"), authority.certificatePem());
    } catch (IOException e) {
      throw new Refusal(
          "the certificate cannot be written to "
              + to
              + " ("
              + e.getMessage()
              + "): choose a directory of this user's with room in it",
          e);
    }
  }
}
