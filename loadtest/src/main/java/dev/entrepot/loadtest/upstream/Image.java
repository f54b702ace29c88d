package dev.entrepot.loadtest.upstream;

import dev.entrepot.common.oci.Descriptor;
import java.util.List;

/** A stored image: what its manifest says. */
public record Image(Descriptor manifest, Descriptor config, List<Descriptor> layers) {
  public Image {
    layers = List.copyOf(layers);
  }
}
