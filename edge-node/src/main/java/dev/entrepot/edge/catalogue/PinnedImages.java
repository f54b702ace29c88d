package dev.entrepot.edge.catalogue;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.store.KeyValueStore;
import java.util.List;
import java.util.Map;

/** The images that are pinned, for the room of blobs to spare and for the catalogue to follow. */
public final class PinnedImages {
  private final Pins pins;

  /**
   * Works out what is pinned from what is held. Blocks.
   *
   * @param images the references that are pinned, each with its repository
   */
  public PinnedImages(List<Map.Entry<Repository, Reference>> images, KeyValueStore store) {
    pins =
        new Pins(
            images.stream().map(image -> new Pins.Pin(image.getKey(), image.getValue())).toList(),
            store);
    pins.refresh();
  }

  /** Whether a blob belongs to a pinned image. Cheap, for any thread. */
  public boolean isPinned(Digest digest) {
    return pins.isPinned(digest);
  }

  Pins pins() {
    return pins;
  }
}
