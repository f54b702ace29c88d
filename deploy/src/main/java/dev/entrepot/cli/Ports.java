package dev.entrepot.cli;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.net.IpAddresses;

/** Ports and addresses that a user names. */
final class Ports {
  private Ports() {}

  /** The same port; a refusal if there is no such. */
  static int require(int port) {
    if (port < 0 || port > 65535) {
      throw new Refusal("--port " + port + " is no port; give one from 0 to 65535");
    }
    return port;
  }

  /** The same address; a refusal if it is none. */
  static String requireAddress(String address) {
    if (IpAddresses.parse(address).isEmpty()) {
      throw new Refusal("--address " + address + " is no IP address; give one of this machine");
    }
    return address;
  }
}
