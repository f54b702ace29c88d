package dev.entrepot.edge.catalogue;

import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.Tag;

/** A tag of a repository. */
record TagKey(Repository repository, Tag tag) {}
