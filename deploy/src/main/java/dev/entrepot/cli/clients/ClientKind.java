package dev.entrepot.cli.clients;

import java.util.Locale;

/** The clients that can be set up. */
public enum ClientKind {
  DOCKER,
  CONTAINERD,
  PODMAN;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
