package dev.entrepot.control.tokens;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.wire.AccessToken;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Users of a file of {@code htpasswd -B}: {@code name:hash} in each line, bcrypt alone. A file that
 * changes is read again with the next question; one that cannot be read changes nothing, and is
 * tried again: once a second if it stays as it is.
 */
final class HtpasswdUsers implements Users {
  private static final Logger LOG = LoggerFactory.getLogger(HtpasswdUsers.class);
  private static final long MOST_BYTES = 16 << 20;
  private static final int LONGEST_NAME = 255;
  private static final Pattern BCRYPT =
      Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-7])\\$[./A-Za-z0-9]{53}");

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Path file;
  private final InstantSource clock;
  private final Content content;
  private Optional<Look> seen;
  private Optional<Failure> failure = Optional.empty();
  private Map<String, String> hashes;

  /** What tells a file from another one without reading it. */
  private record Look(FileTime changed, long size, Optional<Object> key, boolean readable) {}

  /** A reading that failed, which says nothing about the file. */
  private record Failure(Optional<Look> look, Instant at, String reason) {}

  /** How a file is read. */
  @FunctionalInterface
  interface Content {
    String of(Path file) throws IOException;
  }

  /**
   * Reads the file.
   *
   * @throws Refusal when it cannot be read or has a line that is none
   */
  HtpasswdUsers(Path file, InstantSource clock) {
    this(file, clock, HtpasswdUsers::text);
  }

  HtpasswdUsers(Path file, InstantSource clock, Content content) {
    this.file = file;
    this.clock = clock;
    this.content = content;
    this.seen = look();
    try {
      this.hashes = read();
    } catch (IOException e) {
      throw new Refusal(
          "users.htpasswd: "
              + file
              + " cannot be read ("
              + reason(e)
              + "). Make it with htpasswd -B, readable to this process.");
    }
  }

  @Override
  public synchronized Optional<String> hash(String user) {
    refresh();
    return Optional.ofNullable(hashes.get(user));
  }

  private void refresh() {
    Optional<Look> now = look();
    if (now.equals(seen)) {
      failure = Optional.empty();
    } else if (!hasJustFailed(now)) {
      readAgain(now);
    }
  }

  private void readAgain(Optional<Look> now) {
    try {
      hashes = read();
      settle(now);
      LOG.info("the users were read again: {} of them", hashes.size());
    } catch (Refusal | CharacterCodingException e) {
      settle(now);
      LOG.warn("the users stay as they were: {}", reason(e));
    } catch (IOException e) {
      failed(now, reason(e));
    }
  }

  /** What such a file has to say is known. */
  private void settle(Optional<Look> now) {
    seen = now;
    failure = Optional.empty();
  }

  private void failed(Optional<Look> now, String reason) {
    if (failure.filter(last -> last.reason.equals(reason)).isEmpty()) {
      LOG.warn("the users stay as they were, and their file is tried again: {}", reason);
    }
    failure = Optional.of(new Failure(now, clock.instant(), reason));
  }

  private boolean hasJustFailed(Optional<Look> now) {
    return failure
        .filter(last -> last.look.equals(now))
        .map(last -> Duration.between(last.at, clock.instant()).abs())
        .filter(since -> since.compareTo(RETRY) < 0)
        .isPresent();
  }

  private Optional<Look> look() {
    try {
      BasicFileAttributes it = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(
          new Look(
              it.lastModifiedTime(),
              it.size(),
              Optional.ofNullable(it.fileKey()),
              Files.isReadable(file)));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static String text(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException("more than " + MOST_BYTES + " bytes");
    }
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private Map<String, String> read() throws IOException {
    Map<String, String> hashes = new HashMap<>();
    int number = 0;
    for (String line : content.of(file).split("\\R", -1)) {
      number++;
      if (!line.isBlank() && !line.startsWith("#")) {
        add(line.strip(), number, hashes);
      }
    }
    return Map.copyOf(hashes);
  }

  private void add(String line, int number, Map<String, String> hashes) {
    int colon = line.indexOf(':');
    String name = line.substring(0, Math.max(colon, 0));
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      throw wrong(number, "has no user name before a colon");
    }
    if (name.equals(AccessToken.ANONYMOUS) || name.equals("*")) {
      throw wrong(number, "names a user that cannot be one; choose another name");
    }
    if (!BCRYPT.matcher(line.substring(colon + 1)).matches()) {
      throw wrong(number, "has no bcrypt hash; make it with htpasswd -B (cost 4 to 17)");
    }
    if (hashes.put(name, line.substring(colon + 1)) != null) {
      throw wrong(number, "names a user who is there already; keep one line of each");
    }
  }

  private Refusal wrong(int line, String what) {
    return new Refusal("users.htpasswd: line " + line + " of " + file + " " + what + ".");
  }

  private static String reason(Exception e) {
    return e instanceof NoSuchFileException
        ? "there is no such file"
        : String.valueOf(e.getMessage());
  }
}
