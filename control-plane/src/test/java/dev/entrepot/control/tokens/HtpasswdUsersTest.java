package dev.entrepot.control.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.control.TestClock;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of users. */
final class HtpasswdUsersTest {
  /** Of {@code htpasswd -nbB -C 4 alice x}. */
  private static final String HASH = "$2y$04$OgRzKX5iDmMgi5tIZd6MteRSSQ4AQoHx6D5EMXDRvnfZ05QglEVxC";

  @TempDir Path folder;
  private final TestClock clock = new TestClock();

  @Test
  void what_htpasswd_writes_is_understood() throws Exception {
    Users users = users("# people\n\nalice:" + HASH + "\r\nbob:" + HASH.replace("2y", "2b") + "\n");
    Passwords passwords = new Passwords(new SecureRandom(), new TestClock());
    for (String user : new String[] {"alice", "bob"}) {
      String hash = users.hash(user).orElseThrow();
      assertThat(passwords.verdict(user, "x", hash)).isEqualTo(Passwords.Verdict.RIGHT);
      assertThat(passwords.verdict(user, "y", hash)).isEqualTo(Passwords.Verdict.WRONG);
      assertThat(passwords.remembered(user, "x", hash)).contains(Passwords.Verdict.RIGHT);
      assertThat(passwords.remembered(user, "y", hash)).contains(Passwords.Verdict.WRONG_AGAIN);
      assertThat(passwords.remembered(user, "x", TokenFixture.hash("x"))).isEmpty();
    }
    assertThat(users.hash("carol")).isEmpty();
    assertThat(users.hash("")).isEmpty();
  }

  @Test
  void a_file_that_changes_is_read_again() throws Exception {
    Users users = users("alice:" + HASH + "\n");
    write("bob:" + HASH + "\n# alice has left\n");
    assertThat(users.hash("alice")).isEmpty();
    assertThat(users.hash("bob")).contains(HASH);
  }

  @Test
  void a_file_that_takes_its_place_is_read() throws Exception {
    Users users = users("alice:" + HASH + "\n");
    Path other = Files.writeString(folder.resolve("other"), "carol:" + HASH + "\n");
    Files.move(other, file(), StandardCopyOption.REPLACE_EXISTING);
    assertThat(users.hash("carol")).contains(HASH);
    assertThat(users.hash("alice")).isEmpty();
  }

  @Test
  void a_file_that_breaks_changes_nothing_until_it_is_whole() throws Exception {
    Users users = users("alice:" + HASH + "\n");
    write("alice:" + HASH + "\nbob:{SHA}fEqNCco3Yq9h5ZUglD3CZJT4lBs=\n");
    assertThat(users.hash("alice")).contains(HASH);
    assertThat(users.hash("bob")).isEmpty();
    Files.delete(file());
    assertThat(users.hash("alice")).contains(HASH);
    write("bob:" + HASH + "\n");
    assertThat(users.hash("alice")).isEmpty();
    assertThat(users.hash("bob")).contains(HASH);
  }

  /** As when the process has no descriptor left for a moment: the file is as it was. */
  @Test
  void a_file_that_could_not_be_read_once_is_read_a_second_later() throws Exception {
    AtomicBoolean broken = new AtomicBoolean();
    AtomicInteger readings = new AtomicInteger();
    write("alice:" + HASH + "\n");
    Users users =
        new HtpasswdUsers(
            file(),
            clock,
            path -> {
              readings.incrementAndGet();
              if (broken.get()) {
                throw new FileSystemException(path.toString(), null, "Too many open files");
              }
              return Files.readString(path);
            });
    write("bob:" + HASH + "\n# alice has left\n");
    broken.set(true);
    assertThat(users.hash("alice")).contains(HASH);
    assertThat(users.hash("alice")).contains(HASH);
    assertThat(readings).as("no more than once a second").hasValue(2);

    broken.set(false);
    clock.advance(Duration.ofSeconds(1));
    assertThat(users.hash("alice")).isEmpty();
    assertThat(users.hash("bob")).contains(HASH);
    assertThat(readings).hasValue(3);
  }

  @Test
  void a_malformed_file_is_not_read_again_before_it_changes() throws Exception {
    AtomicInteger readings = new AtomicInteger();
    write("alice:" + HASH + "\n");
    Users users =
        new HtpasswdUsers(
            file(),
            clock,
            path -> {
              readings.incrementAndGet();
              return Files.readString(path);
            });
    Files.write(file(), new byte[] {'a', ':', (byte) 0xff});
    assertThat(users.hash("alice")).contains(HASH);
    clock.advance(Duration.ofMinutes(1));
    assertThat(users.hash("alice")).contains(HASH);
    assertThat(readings).hasValue(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alice:secret",
        "alice:{SHA}fEqNCco3Yq9h5ZUglD3CZJT4lBs=",
        "alice:$apr1$Xv1eSWpP$zI2Qq3zVXKZsTfBvpYPfU/",
        "alice:$2x$04$OgRzKX5iDmMgi5tIZd6MteRSSQ4AQoHx6D5EMXDRvnfZ05QglEVxC",
        "alice:$2y$31$OgRzKX5iDmMgi5tIZd6MteRSSQ4AQoHx6D5EMXDRvnfZ05QglEVxC",
        "alice:$2y$04$OgRzKX5iDmMgi5tIZd6MteRSSQ4AQoHx6D5EMXDRvnfZ05QglEVx",
      })
  void other_hashes_than_bcrypt_are_refused_by_line_and_not_shown(String line) {
    assertThatThrownBy(() -> users("bob:" + HASH + "\n" + line + "\n"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("line 2 of ")
        .hasMessageContaining("htpasswd -B")
        .hasMessageNotContaining(line.substring(6));
  }

  @ParameterizedTest
  @ValueSource(strings = {"alice", "alice:", ":" + HASH, "anonymous:" + HASH, "*:" + HASH})
  void a_line_without_a_user_or_a_hash_is_refused(String line) {
    assertThatThrownBy(() -> users(line))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("line 1 of ");
  }

  @Test
  void a_name_that_is_there_twice_is_refused() {
    assertThatThrownBy(() -> users("alice:" + HASH + "\nalice:" + TokenFixture.hash("z") + "\n"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("line 2 of ");
  }

  @Test
  void a_file_that_is_not_there_is_refused() {
    assertThatThrownBy(() -> new HtpasswdUsers(file(), clock))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("there is no such file");
  }

  private Users users(String text) throws IOException {
    write(text);
    return new HtpasswdUsers(file(), clock);
  }

  private void write(String text) throws IOException {
    Files.writeString(file(), text);
  }

  private Path file() {
    return folder.resolve("users");
  }
}
