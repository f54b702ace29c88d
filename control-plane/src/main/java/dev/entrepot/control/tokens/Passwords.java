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
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Compares passwords with bcrypt hashes. What came of it is remembered for a while as a keyed hash,
 * since a comparison costs a fraction of a second: of what was right for {@link #REMEMBERED}, of
 * what was wrong for {@link #WRONG_REMEMBERED}, because machines say the same wrong thing again and
 * again. A changed hash is another question. Blocks; callable from any thread.
 */
final class Passwords {
  /** How long a right password is believed without another comparison. */
  static final Duration REMEMBERED = Duration.ofMinutes(1);

  /** How long a wrong password is refused without another comparison. */
  static final Duration WRONG_REMEMBERED = Duration.ofMinutes(5);

  private static final int STRIPES = 64;
  private static final int MOST_REMEMBERED = 10_000;
  private static final String MAC = "HmacSHA256";

  private final BCrypt.Verifyer verifyer =
      BCrypt.verifyer(
          BCrypt.Version.VERSION_2Y, LongPasswordStrategies.truncate(BCrypt.Version.VERSION_2Y));
  private final SecretKeySpec key;
  private final InstantSource clock;
  private final Cache<String, Instant> right = cache();
  private final Cache<String, Instant> wrong = cache();
  private final List<Object> stripes = Stream.generate(Object::new).limit(STRIPES).toList();

  /** What a password is. */
  enum Verdict {
    RIGHT,
    WRONG,
    /** The very same was found wrong a short while ago. */
    WRONG_AGAIN
  }

  Passwords(SecureRandom random, InstantSource clock) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    this.key = new SecretKeySpec(bytes, MAC);
    this.clock = clock;
  }

  /** What is remembered of this very password; cheap. */
  Optional<Verdict> remembered(String user, String password, String hash) {
    return remembered(name(user, password, hash));
  }

  /**
   * What this password is; takes as long as the hash's cost demands, unless it is remembered. Of
   * many who ask the same at a time one compares and the others wait for it.
   */
  Verdict verdict(String user, String password, String hash) {
    String name = name(user, password, hash);
    synchronized (stripes.get(Math.floorMod(name.hashCode(), STRIPES))) {
      Optional<Verdict> known = remembered(name);
      if (known.isPresent()) {
        return known.get();
      }
      boolean matches = matches(password, hash);
      Instant now = clock.instant();
      if (matches) {
        right.put(name, now.plus(REMEMBERED));
      } else {
        wrong.put(name, now.plus(WRONG_REMEMBERED));
      }
      return matches ? Verdict.RIGHT : Verdict.WRONG;
    }
  }

  private Optional<Verdict> remembered(String name) {
    if (holds(right, name)) {
      return Optional.of(Verdict.RIGHT);
    }
    return holds(wrong, name) ? Optional.of(Verdict.WRONG_AGAIN) : Optional.empty();
  }

  private boolean holds(Cache<String, Instant> cache, String name) {
    return Optional.ofNullable(cache.getIfPresent(name))
        .filter(it -> clock.instant().isBefore(it))
        .isPresent();
  }

  private boolean matches(String password, String hash) {
    return verifyer.verify(
            password.getBytes(StandardCharsets.UTF_8), hash.getBytes(StandardCharsets.US_ASCII))
        .verified;
  }

  private static Cache<String, Instant> cache() {
    return Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).build();
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
