package dev.entrepot.edge.catalogue;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;

/** One thing that upstreams are asked. Two clients who mean the same ask an equal question. */
sealed interface Question {
  Repository repository();

  record OfManifest(Repository repository, Reference reference) implements Question {}

  record OfBlob(Repository repository, Digest digest) implements Question {}

  record OfTags(Repository repository) implements Question {}

  record OfReferrers(Repository repository, Digest subject) implements Question {}
}
