package dev.entrepot.control.tokens;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.entrepot.common.config.Decisions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Counts wrong passwords of users, for each user and for each address, in windows that begin with
 * the first. Where a user has been right lately, guesses that come from elsewhere do not count:
 * otherwise strangers could keep anybody out. Bounded: the least used are forgotten first. Callable
 * from any thread.
 */
final class Attempts {
  /** How long an address is one of a user's own after it knew the password. */
  static final Duration OWN = Duration.ofHours(24);

  private static final int MOST_REMEMBERED = 100_000;

  private final Decisions.Attempts limits;
  private final InstantSource clock;
  private final Cache<Guessed, Count> accounts;
  private final Cache<String, Count> addresses;
  private final Cache<Guessed, Instant> own;

  /** Whose password is guessed: from one of the user's own addresses, or from anywhere else. */
  private record Guessed(String account, Optional<String> from) {}

  private record Count(int wrong, Instant until) {}

  Attempts(Decisions.Attempts limits, InstantSource clock) {
    this.limits = limits;
    this.clock = clock;
    this.accounts = cache();
    this.addresses = cache();
    this.own = cache();
  }

  /** How long to wait before the next password is looked at; empty: it is looked at now. */
  Optional<Duration> pause(String account, String address) {
    Optional<Duration> first =
        pause(accounts.getIfPresent(guessed(account, address)), limits.perAccount());
    return first.isPresent() ? first : pause(addresses.getIfPresent(address), limits.perAddress());
  }

  /** A password was wrong. */
  void wrong(String account, String address) {
    count(accounts, guessed(account, address));
    count(addresses, address);
  }

  /** A password was right. */
  void right(String account, String address) {
    own.put(new Guessed(account, Optional.of(address)), clock.instant().plus(OWN));
  }

  private Guessed guessed(String account, String address) {
    Guessed from = new Guessed(account, Optional.of(address));
    Instant until = own.getIfPresent(from);
    return until != null && clock.instant().isBefore(until)
        ? from
        : new Guessed(account, Optional.empty());
  }

  private Optional<Duration> pause(@Nullable Count count, int most) {
    Instant now = clock.instant();
    return count != null && count.wrong() >= most && now.isBefore(count.until())
        ? Optional.of(Duration.between(now, count.until()))
        : Optional.empty();
  }

  private <K> void count(Cache<K, Count> counts, K key) {
    Instant now = clock.instant();
    counts
        .asMap()
        .compute(
            key,
            (_, old) ->
                old == null || !now.isBefore(old.until())
                    ? new Count(1, now.plus(limits.window()))
                    : new Count(old.wrong() + 1, old.until()));
  }

  private static <K, V> Cache<K, V> cache() {
    return Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).build();
  }
}
