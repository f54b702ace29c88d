package dev.entrepot.edge.catalogue;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.ManifestDocument;
import dev.entrepot.common.oci.ManifestReader;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.UnreadableManifestException;
import dev.entrepot.edge.store.DiskRoom;
import dev.entrepot.edge.store.KeyValueStore;
import dev.entrepot.edge.store.KeyValueStore.Change;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this edge keeps of manifests, tags and mentions: in memory, and on disk behind it.
 *
 * <p>A manifest goes to disk in one synced batch with everything it mentions and with the tag it
 * was asked by. A disk that refuses turns keeping off, not serving: what could not be written is
 * still remembered in memory for as long as there is room.
 */
final class Library {
  private static final Logger LOG = LoggerFactory.getLogger(Library.class);

  private final Recall<TagKey, KnownTag> tags;
  private final Recall<Digest, HeldManifest> manifests;
  private final Recall<Mention, Mentioned> mentions;
  private final KeyValueStore store;
  private final DiskRoom disk;
  private final InstantSource clock;
  private final Pins pins;

  Library(
      Recall<TagKey, KnownTag> tags,
      Recall<Digest, HeldManifest> manifests,
      Recall<Mention, Mentioned> mentions,
      KeyValueStore store,
      DiskRoom disk,
      InstantSource clock,
      Pins pins) {
    this.tags = tags;
    this.manifests = manifests;
    this.mentions = mentions;
    this.store = store;
    this.disk = disk;
    this.clock = clock;
    this.pins = pins;
  }

  Future<Optional<KnownTag>> tag(TagKey key) {
    return tags.get(key);
  }

  Future<Optional<HeldManifest>> manifest(Digest digest) {
    return manifests.get(digest);
  }

  Future<Optional<Mentioned>> mention(Mention mention) {
    return mentions.get(mention);
  }

  /**
   * Keeps a manifest under a repository, with what it mentions, and with a tag if there is one.
   * Fails with {@code OriginLied} when the bytes are not that manifest.
   *
   * @return whether it is on disk
   */
  Future<Boolean> keep(Repository repository, HeldManifest manifest, Optional<Tagging> tagging) {
    return disk.call(() -> place(repository, manifest, tagging));
  }

  /** What a tag means from now on. */
  record Tagging(TagKey key, KnownTag tag) {}

  /** Keeps what a tag means, of which the manifest is kept already. */
  Future<Boolean> keep(Tagging tagging) {
    return disk.call(() -> {
      boolean written = write(List.of(TagIndex.put(tagging.key(), tagging.tag())), false);
      tags.put(tagging.key(), tagging.tag());
      return written;
    });
  }

  /** Keeps that a repository mentions a digest. */
  Future<Boolean> keep(Mention mention, Mentioned said) {
    return disk.call(() -> {
      boolean written = write(List.of(MentionIndex.put(mention, said)), true);
      mentions.put(mention, said);
      return written;
    });
  }

  /** Forgets what a tag means; the manifest stays. */
  Future<Boolean> forget(TagKey key) {
    return disk.call(() -> {
      boolean written = write(List.of(TagIndex.delete(key)), true);
      tags.forget(key);
      return written;
    });
  }

  /** The current day, as records count it. */
  long today() {
    return Duration.between(Instant.EPOCH, clock.instant()).toDays();
  }

  private boolean place(Repository repository, HeldManifest manifest, Optional<Tagging> tagging) {
    Map<Mention, Mentioned> said = mentionsOf(repository, manifest);
    List<Change> changes = new ArrayList<>(said.size() + 2);
    changes.add(ManifestShelf.put(manifest));
    said.forEach((mention, what) -> changes.add(MentionIndex.put(mention, what)));
    tagging.ifPresent(now -> changes.add(TagIndex.put(now.key(), now.tag())));
    boolean written = write(changes, true);
    manifests.put(manifest.digest(), manifest);
    said.forEach(mentions::put);
    tagging.ifPresent(now -> tags.put(now.key(), now.tag()));
    if (pins.concern(repository)) {
      pins.refresh();
    }
    return written;
  }

  private Map<Mention, Mentioned> mentionsOf(Repository repository, HeldManifest manifest) {
    ManifestDocument document = read(repository, manifest);
    long today = today();
    Map<Mention, Mentioned> said = new LinkedHashMap<>();
    document
        .blobs()
        .forEach(blob -> said.put(Mention.blob(repository, blob.digest()), say(blob, today)));
    document
        .manifests()
        .forEach(
            child -> said.put(Mention.manifest(repository, child.digest()), say(child, today)));
    said.put(Mention.manifest(repository, manifest.digest()), say(manifest.descriptor(), today));
    return said;
  }

  private static Mentioned say(Descriptor descriptor, long today) {
    return new Mentioned(descriptor.mediaType(), descriptor.size(), today);
  }

  private static ManifestDocument read(Repository repository, HeldManifest manifest) {
    byte[] bytes = manifest.bytes().getBytes();
    Digest digest = manifest.digest();
    if (!Digest.of(digest.algorithm(), bytes, 0, bytes.length).equals(digest)) {
      throw lie(repository, "a manifest that does not hash to " + digest);
    }
    try {
      return ManifestReader.read(manifest.mediaType(), bytes);
    } catch (UnreadableManifestException e) {
      throw lie(repository, "a manifest that cannot be read: " + e.getMessage());
    }
  }

  private static RuntimeException lie(Repository repository, String detail) {
    return new Failure.OriginLied(repository.upstream(), detail).asException();
  }

  private boolean write(List<Change> changes, boolean sync) {
    try {
      store.write(changes, sync);
      return true;
    } catch (RuntimeException e) {
      LOG.warn("the catalogue cannot be written to disk: {}", e.toString());
      return false;
    }
  }
}
