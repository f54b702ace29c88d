package dev.entrepot.loadtest.load;

import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.ManifestDocument;
import dev.entrepot.common.oci.ManifestReader;
import dev.entrepot.common.oci.MediaType;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.UnreadableManifestException;
import dev.entrepot.loadtest.load.http.Arrival;
import dev.entrepot.loadtest.load.http.PullFailed;
import dev.entrepot.loadtest.load.http.Session;
import dev.entrepot.loadtest.load.http.Trouble;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/** Pulls with one session, one thing after the other, and proves every byte. For one thread. */
final class Puller {
  private static final String MANIFESTS =
      "%s, %s, %s, %s"
          .formatted(
              MediaType.OCI_INDEX,
              MediaType.OCI_MANIFEST,
              MediaType.DOCKER_LIST,
              MediaType.DOCKER_MANIFEST);

  private final Session session;
  private final Platform platform;
  private final Tally tally;

  Puller(Session session, Platform platform, Tally tally) {
    this.session = session;
    this.platform = platform;
    this.tally = tally;
  }

  /** What an image's manifest says, read through the index if there is one. */
  ManifestDocument manifests(ImageName image) throws PullFailed {
    Document top = manifest(image.repository(), image.reference());
    if (!top.type().isIndex()) {
      return read(top);
    }
    Digest child =
        platform
            .choose(top.bytes())
            .orElseThrow(
                () -> unreadable("the index of " + image + " has nothing for " + platform));
    return read(manifest(image.repository(), child));
  }

  /** Configuration and layers, each once. */
  void blobs(String repository, ManifestDocument manifest) throws PullFailed {
    List<Digest> digests = manifest.blobs().stream().map(Descriptor::digest).distinct().toList();
    for (Digest digest : digests) {
      blob(repository, digest);
    }
  }

  /** One blob. */
  void blob(String repository, Digest digest) throws PullFailed {
    MessageDigest hash = digest.algorithm().hasher();
    long began = System.nanoTime();
    Arrival arrival = session.get(repository, "/blobs/" + digest, "*/*", hash::update);
    tally.timed(Span.BLOB_FIRST_BYTE, arrival.firstByteAt() - began);
    tally.timed(Span.BLOB, System.nanoTime() - began);
    Digest found = Digest.of(digest.algorithm(), hash.digest());
    prove(digest, found, arrival.bytes(), "blob of " + repository);
  }

  private record Document(MediaType type, byte[] bytes) {}

  private Document manifest(String repository, Reference reference) throws PullFailed {
    String rest = "/manifests/" + reference;
    String target = repository + rest;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    long began = System.nanoTime();
    Arrival arrival =
        session.get(
            repository,
            rest,
            MANIFESTS,
            (piece, offset, length) -> {
              if (bytes.size() + length > ManifestReader.MAX_BYTES) {
                throw unreadable(target + " is larger than any manifest");
              }
              bytes.write(piece, offset, length);
            });
    tally.timed(Span.MANIFEST, System.nanoTime() - began);
    byte[] content = bytes.toByteArray();
    proveManifest(target, reference, arrival, content);
    return new Document(type(target, arrival), content);
  }

  /** By digest the digest counts; by tag what the registry said beside it. */
  private void proveManifest(String target, Reference asked, Arrival arrival, byte[] content)
      throws PullFailed {
    Optional<Digest> expected =
        asked instanceof Digest digest ? Optional.of(digest) : announced(target, arrival);
    if (expected.isEmpty()) {
      tally.unproved();
      return;
    }
    Digest found = Digest.of(expected.get().algorithm(), content, 0, content.length);
    prove(expected.get(), found, content.length, target);
  }

  private static Optional<Digest> announced(String target, Arrival arrival) throws PullFailed {
    try {
      return arrival.digest().map(Digest::parse);
    } catch (IllegalArgumentException _) {
      throw unreadable(target + " came with a Docker-Content-Digest that is no digest");
    }
  }

  private void prove(Digest expected, Digest found, long length, String what) throws PullFailed {
    if (!expected.equals(found)) {
      tally.disproved();
      throw new PullFailed(
          Trouble.WRONG_HASH, what + ": expected " + expected + ", the bytes are " + found);
    }
    tally.proved(expected, length);
  }

  private static MediaType type(String target, Arrival arrival) throws PullFailed {
    try {
      return MediaType.parse(arrival.contentType());
    } catch (IllegalArgumentException _) {
      throw unreadable(target + " came without a readable Content-Type");
    }
  }

  private static ManifestDocument read(Document document) throws PullFailed {
    try {
      return ManifestReader.read(document.type(), document.bytes());
    } catch (UnreadableManifestException e) {
      throw unreadable("a manifest cannot be read: " + e.getMessage());
    }
  }

  private static PullFailed unreadable(String sentence) {
    return new PullFailed(Trouble.UNREADABLE_MANIFEST, sentence);
  }
}
