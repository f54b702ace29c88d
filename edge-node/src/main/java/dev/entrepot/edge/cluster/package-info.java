/**
 * The other edges of the site: who lives, and what they have said of manifests and blobs.
 *
 * <p>Reading order: {@link dev.entrepot.edge.cluster.Site} is all that other rooms see. Whatever
 * comes from it is a hint: late, lost or forged, it costs a miss and never a wrong answer. The only
 * room that knows Hazelcast. May import {@code common}.
 */
@NullMarked
package dev.entrepot.edge.cluster;

import org.jspecify.annotations.NullMarked;
