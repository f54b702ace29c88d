package dev.entrepot.loadtest.upstream;

import java.util.Set;

/** Who may read. */
public sealed interface Auth {

  /** Everybody, everything. */
  record Open() implements Auth {}

  /** Whoever shows the account with each request. */
  record Basic(Account account) implements Auth {}

  /**
   * Whoever shows a token from {@code /token} on the same listener; the token service gives tokens
   * for the repositories in {@code anonymous} to everybody, and for all to the account.
   */
  record Bearer(Account account, Set<String> anonymous) implements Auth {
    public Bearer {
      anonymous = Set.copyOf(anonymous);
    }
  }

  /** A user and a password. */
  record Account(String user, String password) {
    /** Never the password. */
    @Override
    public String toString() {
      return user;
    }
  }

  /** Open to everybody. */
  static Auth open() {
    return new Open();
  }

  /** A user and a password with each request. */
  static Auth basic(String user, String password) {
    return new Basic(new Account(user, password));
  }

  /** Tokens; these repositories anonymously, the others for the account. */
  static Auth bearer(String user, String password, String... anonymous) {
    return new Bearer(new Account(user, password), Set.of(anonymous));
  }
}
