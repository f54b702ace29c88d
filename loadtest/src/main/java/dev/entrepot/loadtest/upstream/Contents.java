package dev.entrepot.loadtest.upstream;

import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.Tag;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the registry serves; may change while it serves. A repository is there from the first thing
 * put into it. What is put as bytes stays in memory, bounded by {@link Settings#heldBytes()}.
 */
public final class Contents {
  private static final MediaType LAYER = new MediaType("application/vnd.oci.image.layer.v1.tar");
  private static final MediaType CONFIG = new MediaType("application/vnd.oci.image.config.v1+json");

  private final long mostHeld;
  private final AtomicLong held = new AtomicLong();
  private final AtomicLong seeds = new AtomicLong();
  private final Map<String, Shelf> shelves = new ConcurrentHashMap<>();
  private volatile int pageSize = 100;
  private volatile boolean referrersSupported = true;

  Contents(long mostHeld) {
    this.mostHeld = mostHeld;
  }

  /** Puts an empty repository, which has no tags. */
  public void repository(String path) {
    shelf(path);
  }

  /**
   * Puts a blob.
   *
   * @throws IllegalArgumentException when the bytes are more than may be held in memory
   */
  public Descriptor blob(String repository, byte[] content) {
    return blob(repository, holding(content), Digest.Algorithm.SHA256);
  }

  /** Puts a blob that is generated from a seed: no memory, any size. Reads it once. */
  public Descriptor generatedBlob(String repository, long size, long seed) {
    return blob(repository, Bytes.generated(size, seed), Digest.Algorithm.SHA256);
  }

  /** Puts a blob under a digest of that algorithm. Reads it once. */
  public Descriptor blob(String repository, Bytes content, Digest.Algorithm algorithm) {
    Descriptor blob = new Descriptor(LAYER, content.digest(algorithm), content.size());
    release(shelf(repository).blobs().put(blob.digest(), content));
    return blob;
  }

  /** Puts other bytes under a digest that is not theirs: an origin that lies for good. */
  public void corruptBlob(String repository, Digest digest, Bytes content) {
    release(shelf(repository).blobs().put(digest, content));
  }

  /** Puts a manifest of any type, exactly these bytes. */
  public Descriptor manifest(String repository, byte[] content, MediaType type) {
    return manifest(repository, content, type, Digest.Algorithm.SHA256);
  }

  /** Puts a manifest under a digest of that algorithm. */
  public Descriptor manifest(
      String repository, byte[] content, MediaType type, Digest.Algorithm algorithm) {
    Bytes bytes = holding(content);
    Descriptor manifest = new Descriptor(type, bytes.digest(algorithm), bytes.size());
    Shelf.Stored stored = new Shelf.Stored(manifest, bytes);
    release(shelf(repository).manifests().put(manifest.digest(), stored));
    return manifest;
  }

  /** Puts an OCI image manifest over a config of its own and these layers. */
  public Image image(String repository, List<Descriptor> layers) {
    String config =
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"created\":\"%s\"}"
            .formatted(seeds.incrementAndGet());
    Descriptor blob = blob(repository, config.getBytes(StandardCharsets.UTF_8));
    Descriptor typed = new Descriptor(CONFIG, blob.digest(), blob.size());
    byte[] manifest = Manifests.image(typed, layers);
    return new Image(manifest(repository, manifest, MediaType.OCI_MANIFEST), typed, layers);
  }

  /** Puts an image with generated layers of these sizes, and tags it. No two are alike. */
  public Image image(String repository, String tag, long... layerSizes) {
    List<Descriptor> layers = new ArrayList<>();
    for (long size : layerSizes) {
      layers.add(generatedBlob(repository, size, seeds.incrementAndGet()));
    }
    Image image = image(repository, layers);
    tag(repository, tag, image.manifest().digest());
    return image;
  }

  /** Puts an OCI index over these manifests. */
  public Descriptor index(String repository, List<Descriptor> children) {
    return manifest(repository, Manifests.index(children), MediaType.OCI_INDEX);
  }

  /** Puts an artifact that refers to a subject, and lists it among the subject's referrers. */
  public Descriptor referrer(
      String repository, Descriptor subject, String artifactType, byte[] payload) {
    Map<String, String> annotations = Map.of("org.example.number", "" + seeds.incrementAndGet());
    blob(repository, "{}".getBytes(StandardCharsets.UTF_8));
    Descriptor layer = blob(repository, payload);
    byte[] content = Manifests.artifact(subject, artifactType, layer, annotations);
    Descriptor artifact = manifest(repository, content, MediaType.OCI_MANIFEST);
    shelf(repository)
        .refer(subject.digest(), new Shelf.Referrer(artifact, artifactType, annotations));
    return artifact;
  }

  /** Points a tag at a manifest, new or moved. The manifest need not be there. */
  public void tag(String repository, String tag, Digest manifest) {
    shelf(repository).tags().put(new Tag(tag).value(), manifest);
  }

  /** Takes a tag away. */
  public void deleteTag(String repository, String tag) {
    find(repository).ifPresent(shelf -> shelf.tags().remove(tag));
  }

  /** Takes a manifest away; tags that point at it dangle. */
  public void deleteManifest(String repository, Digest digest) {
    find(repository).ifPresent(shelf -> release(shelf.manifests().remove(digest)));
  }

  /** Takes a blob away. */
  public void deleteBlob(String repository, Digest digest) {
    find(repository).ifPresent(shelf -> release(shelf.blobs().remove(digest)));
  }

  /** Takes a whole repository away. */
  public void deleteRepository(String repository) {
    Shelf shelf = shelves.remove(repository);
    if (shelf != null) {
      shelf.blobs().values().forEach(this::release);
      shelf.manifests().values().forEach(this::release);
    }
  }

  /** The most entries on one page of tags or referrers; 100 unless set. */
  public void pageSize(int entries) {
    pageSize = entries;
  }

  /** Whether there is a referrers API at all (404 otherwise); there is unless set. */
  public void referrersSupported(boolean supported) {
    referrersSupported = supported;
  }

  /** What a blob consists of. */
  public Optional<Bytes> blob(String repository, Digest digest) {
    return find(repository).flatMap(shelf -> Optional.ofNullable(shelf.blobs().get(digest)));
  }

  int pageSize() {
    return pageSize;
  }

  boolean referrersSupported() {
    return referrersSupported;
  }

  Optional<Shelf> find(String repository) {
    return Optional.ofNullable(shelves.get(repository));
  }

  /** A blob of whatever repository. */
  Optional<Bytes> blobAnywhere(Digest digest) {
    return shelves.values().stream()
        .flatMap(shelf -> Optional.ofNullable(shelf.blobs().get(digest)).stream())
        .findFirst();
  }

  private Shelf shelf(String repository) {
    if (!Repository.isPath(repository)) {
      throw new IllegalArgumentException("not a repository name");
    }
    return shelves.computeIfAbsent(repository, _ -> new Shelf());
  }

  private Bytes holding(byte[] content) {
    if (held.addAndGet(content.length) > mostHeld) {
      held.addAndGet(-content.length);
      throw new IllegalArgumentException("more than " + mostHeld + " bytes held in memory");
    }
    return Bytes.held(content.clone());
  }

  private void release(Shelf.@Nullable Stored stored) {
    if (stored != null) {
      release(stored.bytes());
    }
  }

  private void release(@Nullable Bytes bytes) {
    if (bytes instanceof HeldBytes(byte[] content)) {
      held.addAndGet(-content.length);
    }
  }
}
