package dev.entrepot.control.ca;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.config.Secret;
import dev.entrepot.common.jose.CompactJws;
import dev.entrepot.control.store.ControlStore;
import dev.entrepot.control.store.ControlStore.Change;
import dev.entrepot.control.store.ControlStore.Table;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What lets a machine in that nobody knows yet: {@code id.secret}, shown once. Only the secret's
 * SHA-256 is kept, with a number of uses and an end. Survives restarts; each use counts once, even
 * if many come at a time.
 */
public final class JoinTokens {
  private static final Duration REMEMBERED = Duration.ofDays(7); // to say why one opens nothing
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int ID_CHARS = 6;
  private static final int SECRET_BYTES = 32;
  private static final int MOST_USES = 10_000;
  private static final String ASK = ": ask for a new join token at the control plane";

  private final ControlStore store;
  private final InstantSource clock;
  private final SecureRandom random;
  private final Supplier<Set<String>> controlNames;

  /** For tokens of an installation whose control plane has no names of its own. */
  public JoinTokens(ControlStore store, InstantSource clock, SecureRandom random) {
    this(store, clock, random, Set::of);
  }

  /**
   * @param controlNames the control plane's own DNS names and addresses: no token names them
   */
  public JoinTokens(
      ControlStore store,
      InstantSource clock,
      SecureRandom random,
      Supplier<Set<String>> controlNames) {
    this.store = store;
    this.clock = clock;
    this.random = random;
    this.controlNames = controlNames;
  }

  /**
   * A token that was just made.
   *
   * @param text {@code id.secret}; it is not to be had again
   */
  public record Created(String id, Secret text, Instant end) {}

  /**
   * What is known of a token afterwards.
   *
   * @param node the only name that it lets in; absent: any that is free
   */
  public record Known(String id, Optional<String> node, int usesLeft, Instant end) {}

  /**
   * Makes a token.
   *
   * @param node the only name that it lets in, also one that has joined before
   * @param hosts DNS names and addresses that the nodes' certificates may be good for; none: any
   *     loopback and private addresses
   * @throws Refusal for a malformed name or host, a host that is the control plane's own, or uses
   *     or a life out of bounds
   */
  public synchronized Created create(
      Optional<String> node, List<String> hosts, int uses, Duration life) {
    Hosts named = Hosts.of(hosts);
    Hosts.whyNot(hosts, controlNames.get())
        .ifPresent(why -> {
          throw new Refusal(why);
        });
    node.filter(name -> !NodeUri.NAME.matcher(name).matches())
        .ifPresent(name -> {
          throw new Refusal(
              "\""
                  + name
                  + "\" is no node name: give up to 63 lower-case letters, digits, dots and dashes");
        });
    if (uses < 1 || uses > MOST_USES) {
      throw new Refusal("a join token is good for 1 to " + MOST_USES + " uses: give one of these");
    }
    if (life.isNegative() || life.isZero()) {
      throw new Refusal("a join token needs a life: give a duration such as 1h");
    }
    String id = freshId();
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    String secret = CompactJws.encode(bytes);
    Instant end = clock.instant().plus(life);
    List<Change> changes = new ArrayList<>(forgotten());
    changes.add(put(new TokenRecord(id, hash(secret), node, named, uses, end)));
    store.write(changes);
    return new Created(id, new Secret(id + "." + secret), end);
  }

  /** All that are remembered, also used up and ended ones. */
  public List<Known> all() {
    return records().stream()
        .map(it -> new Known(it.id(), it.node(), it.usesLeft(), it.end()))
        .toList();
  }

  /** Makes a token worthless; nothing if there is no such. */
  public synchronized void remove(String id) {
    store.write(List.of(new Change.Delete(Table.JOIN_TOKENS, id)));
  }

  /** Makes all tokens worthless. */
  public synchronized void removeAll() {
    store.write(
        records().stream()
            .<Change>map(it -> new Change.Delete(Table.JOIN_TOKENS, it.id()))
            .toList());
  }

  /** What a proved token is good for. */
  @FunctionalInterface
  interface Redemption<T> {
    /**
     * Lets the bearer in and writes {@code spent} with it, or throws and spends nothing.
     *
     * @param token what it lets in, and for which hosts
     */
    T with(TokenRecord token, Change spent) throws Denied;
  }

  /**
   * Spends one use of a token on whoever proves to hold it.
   *
   * @param mac HMAC-SHA256 with the SHA-256 of the secret's text as the key, over {@code signed}
   */
  synchronized <T> T redeem(String id, byte[] signed, byte[] mac, Redemption<T> then)
      throws Denied {
    TokenRecord token =
        store
            .get(Table.JOIN_TOKENS, id)
            .map(bytes -> TokenRecord.decode(id, bytes))
            .orElseThrow(() ->
                new Denied(
                    Denied.UNPROVED,
                    "there is no join token " + id + ", or it is long over" + ASK));
    if (!MessageDigest.isEqual(mac, hmac(token.hash(), signed))) {
      throw new Denied(
          Denied.UNPROVED, "the secret of join token " + id + " is wrong: copy the whole token");
    }
    if (!clock.instant().isBefore(token.end())) {
      throw new Denied(Denied.FORBIDDEN, "the join token " + id + " ended at " + token.end() + ASK);
    }
    if (token.usesLeft() < 1) {
      throw new Denied(Denied.FORBIDDEN, "the join token " + id + " is used up" + ASK);
    }
    return then.with(token, put(token.used()));
  }

  private List<TokenRecord> records() {
    return store.all(Table.JOIN_TOKENS).entrySet().stream()
        .map(it -> TokenRecord.decode(it.getKey(), it.getValue()))
        .toList();
  }

  private List<Change> forgotten() {
    Instant before = clock.instant().minus(REMEMBERED);
    return records().stream()
        .filter(it -> it.end().isBefore(before))
        .<Change>map(it -> new Change.Delete(Table.JOIN_TOKENS, it.id()))
        .toList();
  }

  private String freshId() {
    while (true) {
      StringBuilder id = new StringBuilder(ID_CHARS);
      for (int i = 0; i < ID_CHARS; i++) {
        id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
      }
      if (store.get(Table.JOIN_TOKENS, id.toString()).isEmpty()) {
        return id.toString();
      }
    }
  }

  private static Change put(TokenRecord token) {
    return new Change.Put(Table.JOIN_TOKENS, token.id(), token.encode());
  }

  private static byte[] hash(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(secret.getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] hmac(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
