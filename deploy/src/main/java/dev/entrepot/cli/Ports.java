package dev.entrepot.cli;

import dev.entrepot.common.config.Refusal;

/** Ports that a user names. */
final class Ports {
  private Ports() {}

  /** The same port; a refusal if there is no such. */
  static int require(int port) {
    if (port < 0 || port > 65535) {
      throw new Refusal("--port " + port + " is no port; give one from 0 to 65535");
    }
    return port;
  }
}
