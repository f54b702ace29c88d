/**
 * Addresses of the network layer: {@link dev.entrepot.common.net.IpAddresses} reads and normalizes
 * them, {@link dev.entrepot.common.net.Cidr} is a range of them, {@link
 * dev.entrepot.common.net.SpecialRanges} knows those that are not public. Nothing here asks DNS.
 */
@NullMarked
package dev.entrepot.common.net;

import org.jspecify.annotations.NullMarked;
