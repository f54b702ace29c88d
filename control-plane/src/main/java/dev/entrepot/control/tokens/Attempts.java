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
 * the first. Bounded: the least used are forgotten first. Callable from any thread.
 */
final class Attempts {
  private static final int MOST_REMEMBERED = 100_000;

  private final Decisions.Attempts limits;
  private final InstantSource clock;
  private final Cache<String, Count> accounts;
  private final Cache<String, Count> addresses;

  private record Count(int wrong, Instant until) {}

  Attempts(Decisions.Attempts limits, InstantSource clock) {
    this.limits = limits;
    this.clock = clock;
    this.accounts = cache();
    this.addresses = cache();
  }

  /** How long to wait before the next password is looked at; empty: it is looked at now. */
  Optional<Duration> pause(String account, String address) {
    Optional<Duration> first = pause(accounts.getIfPresent(account), limits.perAccount());
    return first.isPresent() ? first : pause(addresses.getIfPresent(address), limits.perAddress());
  }

  /** A password was wrong. */
  void wrong(String account, String address) {
    count(accounts, account);
    count(addresses, address);
  }

  private Optional<Duration> pause(@Nullable Count count, int most) {
    Instant now = clock.instant();
    return count != null && count.wrong() >= most && now.isBefore(count.until())
        ? Optional.of(Duration.between(now, count.until()))
        : Optional.empty();
  }

  private void count(Cache<String, Count> counts, String key) {
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

  private Cache<String, Count> cache() {
    return Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).build();
  }
}
