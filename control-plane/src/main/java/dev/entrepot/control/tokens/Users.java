package dev.entrepot.control.tokens;

import java.util.Optional;

/** Who has which password. May block; callable from any thread. */
interface Users {

  /** The bcrypt hash of a user's password; empty for who is no user here. */
  Optional<String> hash(String user);
}
