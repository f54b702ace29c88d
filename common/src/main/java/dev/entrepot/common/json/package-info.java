/**
 * JSON from strangers, read in one way or refused.
 *
 * <p>Reading order: {@link dev.entrepot.common.json.StrictJson} opens a document; {@link
 * dev.entrepot.common.json.JsonFields} is a small one read as a whole, and writes one. May import
 * nothing of the product.
 */
@NullMarked
package dev.entrepot.common.json;

import org.jspecify.annotations.NullMarked;
