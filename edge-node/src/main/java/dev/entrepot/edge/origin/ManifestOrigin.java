package dev.entrepot.edge.origin;

import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Where manifests and lists come from. All futures fail with {@code UnknownManifest} or {@code
 * UnknownRepository} (404), {@code OriginDenied} (401, 403), {@code OriginBusy} (429), {@code
 * OriginUnreachable}, {@code OriginTimeout} or {@code OriginLied}.
 */
public interface ManifestOrigin {

  /**
   * Gets a manifest, asking for every type that this product knows. The bytes are checked against
   * the digest asked for, or for a tag against the digest header the origin sent; they are at most
   * 4 MiB and of a manifest's media type.
   */
  Future<Fetched> manifest(Repository repository, Reference reference);

  /**
   * Asks what a reference means now, without its bytes (HEAD where that is free; otherwise a
   * conditional GET, which may bring the bytes along).
   *
   * @param known the digest that the asker has; lets the origin answer "still that one" cheaply
   */
  Future<Current> current(Repository repository, Reference reference, Optional<Digest> known);

  /**
   * Whether somebody without any credential may read this at the origin. Completes with false when
   * the origin refuses (401, 403) or says 404; fails when it could not be asked.
   */
  Future<Boolean> readableByAnyone(Repository repository, Probe probe);

  /** One page of tags, with the whole list's order as the origin gives it. */
  Future<TagPage> tags(Repository repository, Optional<Integer> limit, Optional<String> last);

  /**
   * The referrers of a digest, all pages joined, unfiltered. Fails with {@code UnsupportedByOrigin}
   * when the origin does not have the API.
   */
  Future<Fetched> referrers(Repository repository, Digest digest);

  /** What is asked without credentials to learn whether a repository is public. */
  sealed interface Probe {
    record OfManifest(Reference reference) implements Probe {}

    record OfBlob(Digest digest) implements Probe {}

    record OfTags() implements Probe {}
  }

  /**
   * A manifest as the origin sent it, byte for byte.
   *
   * @param from who gave it, and how long ago the upstream confirmed it
   */
  record Fetched(MediaType mediaType, Digest digest, byte[] bytes, Provenance from) {
    /** As the upstream gives it now. */
    public Fetched(MediaType mediaType, Digest digest, byte[] bytes) {
      this(mediaType, digest, bytes, Provenance.UPSTREAM);
    }

    public Descriptor descriptor() {
      return new Descriptor(mediaType, digest, bytes.length);
    }
  }

  /** What a reference means now. */
  sealed interface Current {
    /** Who says so, and how long ago the upstream did. */
    Provenance from();

    /** Still the digest that the asker knows. */
    record Unchanged(Provenance from) implements Current {
      /** The upstream says so now. */
      public Unchanged() {
        this(Provenance.UPSTREAM);
      }
    }

    /** Another one; {@code fetched} is there when the answer brought the bytes along. */
    record Changed(Digest digest, Optional<Fetched> fetched, Provenance from) implements Current {
      /** The upstream says so now. */
      public Changed(Digest digest, Optional<Fetched> fetched) {
        this(digest, fetched, Provenance.UPSTREAM);
      }
    }
  }

  /**
   * A page of tags.
   *
   * @param next the {@code last} value with which the following page begins, if there is one
   */
  record TagPage(List<String> tags, Optional<String> next) {
    public TagPage {
      tags = List.copyOf(tags);
    }
  }
}
