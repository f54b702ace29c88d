package dev.entrepot.edge.catalogue;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.time.Scheduler;
import dev.entrepot.edge.access.Visibility;
import dev.entrepot.edge.origin.BlobOrigin;
import dev.entrepot.edge.origin.ManifestOrigin;
import dev.entrepot.edge.store.DiskRoom;
import dev.entrepot.edge.store.KeyValueStore;
import java.time.InstantSource;

/** The parts list of the catalogue, for the assembly. */
public final class CatalogueRoom {
  private final Catalogue catalogue;
  private final Visibility visibility;

  private CatalogueRoom(Catalogue catalogue, Visibility visibility) {
    this.catalogue = catalogue;
    this.visibility = visibility;
  }

  /** What the catalogue is given from outside. */
  public record Ports(
      ManifestOrigin manifests,
      BlobOrigin blobs,
      KeyValueStore store,
      DiskRoom disk,
      Scheduler scheduler,
      InstantSource clock,
      PinnedImages pins) {}

  /** Puts a catalogue together. Reads nothing yet. */
  public static CatalogueRoom assemble(CatalogueConfig config, Ports ports) {
    Library library = library(config.memory(), ports);
    RepositoryVisibility visibility = visibility(config, ports);
    ProvenOrigin origin = new ProvenOrigin(ports.manifests(), ports.blobs(), visibility);
    AskMemory memory =
        new AskMemory(
            sized(config.memory().negatives()),
            config.negatives(),
            new UpstreamHealth(config.away()),
            ports.clock());
    var byDigest = new ManifestsByDigest(library, origin, memory, config, ports.clock());
    var byTag =
        new ManifestsByTag(
            library, byDigest, origin, memory, config, ports.scheduler(), ports.clock());
    var voucher = new BlobVoucher(library, origin, memory, config);
    var listings = listings(config.memory(), ports, memory);
    return new CatalogueRoom(
        new CachingCatalogue(
            byTag,
            byDigest,
            voucher,
            new TagLists(listings, origin, config),
            new ReferrerLists(listings, origin, config),
            visibility),
        visibility);
  }

  /** What the door asks. */
  public Catalogue catalogue() {
    return catalogue;
  }

  /** What the gate asks. */
  public Visibility visibility() {
    return visibility;
  }

  private static Listings listings(CatalogueConfig.Memory memory, Ports ports, AskMemory asked) {
    Cache<Question, Listing> hot =
        Caffeine.newBuilder()
            .maximumWeight(memory.listBytes())
            .weigher((Question _, Listing list) -> 256 + list.body().length)
            .build();
    ListIndex index = new ListIndex(ports.store());
    return new Listings(
        new Recall<>(hot, ports.disk(), index::get),
        ports.store(),
        ports.disk(),
        asked,
        ports.scheduler(),
        ports.clock());
  }

  private static RepositoryVisibility visibility(CatalogueConfig config, Ports ports) {
    return new RepositoryVisibility(
        new Recall<>(
            sized(config.memory().tags()),
            ports.disk(),
            repository -> RepositoryVisibility.read(ports.store(), repository)),
        sized(config.memory().negatives()),
        ports.manifests(),
        ports.store(),
        ports.disk(),
        config,
        ports.clock());
  }

  private static Library library(CatalogueConfig.Memory memory, Ports ports) {
    TagIndex tags = new TagIndex(ports.store());
    ManifestShelf shelf = new ManifestShelf(ports.store());
    MentionIndex mentions = new MentionIndex(ports.store());
    return new Library(
        new Recall<>(sized(memory.tags()), ports.disk(), tags::get),
        new Recall<>(weighed(memory.manifestBytes()), ports.disk(), shelf::get),
        new Recall<>(sized(memory.mentions()), ports.disk(), mentions::get),
        ports.store(),
        ports.disk(),
        ports.clock(),
        ports.pins().pins());
  }

  private static <K, V> Cache<K, V> sized(long most) {
    return Caffeine.newBuilder().maximumSize(most).build();
  }

  private static Cache<Digest, HeldManifest> weighed(long mostBytes) {
    return Caffeine.newBuilder()
        .maximumWeight(mostBytes)
        .weigher((Digest _, HeldManifest held) -> 512 + held.bytes().length())
        .build();
  }
}
