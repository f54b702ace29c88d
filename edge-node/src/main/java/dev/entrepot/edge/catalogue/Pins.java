package dev.entrepot.edge.catalogue;

import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.ManifestDocument;
import dev.entrepot.common.oci.ManifestReader;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.Tag;
import dev.entrepot.common.oci.UnreadableManifestException;
import dev.entrepot.edge.store.KeyValueStore;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which blobs must never be evicted: those that pinned images mention, through any depth of
 * indexes. Worked out anew whenever a manifest of a pinned repository is put away.
 */
final class Pins {
  private static final int DEEPEST = 4;

  private final List<Pin> pins;
  private final TagIndex tags;
  private final ManifestShelf shelf;
  private volatile Set<Digest> pinned = Set.of();

  /** A pinned image. */
  record Pin(Repository repository, Reference reference) {}

  Pins(List<Pin> pins, KeyValueStore store) {
    this.pins = List.copyOf(pins);
    this.tags = new TagIndex(store);
    this.shelf = new ManifestShelf(store);
  }

  boolean isPinned(Digest digest) {
    return pinned.contains(digest);
  }

  boolean concern(Repository repository) {
    return pins.stream().anyMatch(pin -> pin.repository().equals(repository));
  }

  /** Works out what is pinned now. Blocks. */
  void refresh() {
    Set<Digest> found = new HashSet<>();
    for (Pin pin : pins) {
      root(pin).ifPresent(digest -> gather(digest, found, DEEPEST));
    }
    pinned = Set.copyOf(found);
  }

  private Optional<Digest> root(Pin pin) {
    return switch (pin.reference()) {
      case Digest digest -> Optional.of(digest);
      case Tag tag -> tags.get(new TagKey(pin.repository(), tag)).map(KnownTag::digest);
    };
  }

  private void gather(Digest digest, Set<Digest> found, int depth) {
    Optional<HeldManifest> held = shelf.get(digest);
    if (held.isEmpty() || depth == 0) {
      return;
    }
    try {
      ManifestDocument document =
          ManifestReader.read(held.get().mediaType(), held.get().bytes().getBytes());
      document.blobs().stream().map(Descriptor::digest).forEach(found::add);
      for (Descriptor child : document.manifests()) {
        gather(child.digest(), found, depth - 1);
      }
    } catch (UnreadableManifestException _) {
      // it was read when it was put away; a rotten one is as good as absent
    }
  }
}
