package dev.entrepot.edge.access;

import dev.entrepot.common.oci.Descriptor;

/**
 * Proof that a blob may be pulled: the permit for a repository, and what that repository is known
 * to say of the blob. Only the catalogue makes one (held by an architecture rule).
 */
public record Vouched(Permit permit, Descriptor descriptor) {}
