package dev.entrepot.edge.catalogue;

import dev.entrepot.common.oci.MediaType;

/**
 * What a repository says of a digest that it mentions.
 *
 * @param size in bytes
 * @param usedOn the day, counted from the epoch, on which it was mentioned or last asked for
 */
record Mentioned(MediaType mediaType, long size, long usedOn) {}
