package dev.entrepot.control.tokens;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Compares passwords with bcrypt hashes. One that was right is remembered for {@link #REMEMBERED},
 * one that was wrong for {@link #REMEMBERED_WRONG}, as keyed hashes, since a comparison costs a
 * fraction of a second; a changed hash is another question. Blocks; callable from any thread.
 */
final class Passwords {
  /** How long a right password is believed without another comparison. */
  static final Duration REMEMBERED = Duration.ofMinutes(1);

  /** How long a wrong password is refused without another comparison. */
  static final Duration REMEMBERED_WRONG = Duration.ofMinutes(5);

  private static final int MOST_REMEMBERED = 10_000;
  private static final String MAC = "HmacSHA256";

  private final BCrypt.Verifyer verifyer =
      BCrypt.verifyer(
          BCrypt.Version.VERSION_2Y, LongPasswordStrategies.truncate(BCrypt.Version.VERSION_2Y));
  private final SecretKeySpec key;
  private final InstantSource clock;
  private final Cache<String, Instant> right = cache();
  private final Cache<String, Instant> wrong = cache();

  Passwords(SecureRandom random, InstantSource clock) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    this.key = new SecretKeySpec(bytes, MAC);
    this.clock = clock;
  }

  /** Whether this password was found right a short while ago; cheap. */
  boolean remembered(String user, String password, String hash) {
    return holds(right, name(user, password, hash));
  }

  /**
   * Whether this very password was found wrong a short while ago; cheap. Who sends it again is a
   * machine with the password of another registry's account of that name, and guesses nothing.
   */
  boolean rememberedWrong(String user, String password, String hash) {
    return holds(wrong, name(user, password, hash));
  }

  private boolean holds(Cache<String, Instant> until, String name) {
    return Optional.ofNullable(until.getIfPresent(name))
        .filter(it -> clock.instant().isBefore(it))
        .isPresent();
  }

  private static Cache<String, Instant> cache() {
    return Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).build();
  }

  /** Whether this is the password; takes as long as the hash's cost demands. */
  boolean matches(String user, String password, String hash) {
    boolean matches =
        verifyer.verify(
                password.getBytes(StandardCharsets.UTF_8), hash.getBytes(StandardCharsets.US_ASCII))
            .verified;
    String name = name(user, password, hash);
    if (matches) {
      right.put(name, clock.instant().plus(REMEMBERED));
    } else {
      wrong.put(name, clock.instant().plus(REMEMBERED_WRONG));
    }
    return matches;
  }

  private String name(String user, String password, String hash) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(key);
      for (String part : new String[] {user, hash, password}) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        mac.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        mac.update(bytes);
      }
      return HexFormat.of().formatHex(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java platform has HmacSHA256
    }
  }
}
