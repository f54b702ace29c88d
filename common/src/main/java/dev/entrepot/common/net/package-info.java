/**
 * Internet addresses as numbers, never as names: nothing in here asks DNS.
 *
 * <p>Reading order: {@link dev.entrepot.common.net.IpAddresses} reads literals strictly; a {@link
 * dev.entrepot.common.net.Cidr} is a range of addresses; {@link
 * dev.entrepot.common.net.SpecialRanges} knows which addresses are not of the public Internet.
 * Everything is immutable. May import nothing of the product.
 */
@NullMarked
package dev.entrepot.common.net;

import org.jspecify.annotations.NullMarked;
