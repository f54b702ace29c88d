package dev.entrepot.loadtest.upstream;

import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.common.oci.Digest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What one repository holds. */
record Shelf(
    Map<Digest, Bytes> blobs,
    Map<Digest, Stored> manifests,
    ConcurrentSkipListMap<String, Digest> tags,
    Map<Digest, List<Referrer>> referrers) {

  /** A manifest's bytes and what is said about them. */
  record Stored(Descriptor descriptor, Bytes bytes) {}

  /** One entry of a referrers list. */
  record Referrer(Descriptor descriptor, String artifactType, Map<String, String> annotations) {}

  Shelf() {
    this(
        new ConcurrentHashMap<>(),
        new ConcurrentHashMap<>(),
        new ConcurrentSkipListMap<>(),
        new ConcurrentHashMap<>());
  }

  void refer(Digest subject, Referrer referrer) {
    referrers.computeIfAbsent(subject, _ -> new CopyOnWriteArrayList<>()).add(referrer);
  }
}
