/**
 * The registry door: requests in, answers out.
 *
 * <p>Reading order: {@link dev.entrepot.edge.http.RegistryServer} listens and drains; {@code Door}
 * takes one request through the rooms; {@code PathGrammar} reads what is asked; {@code
 * ManifestVerb}, {@code BlobVerb}, {@code TagsVerb} and {@code ReferrersVerb} answer; {@code Pour}
 * sends a blob's bytes; {@code Answers} is the only place where a failure becomes a status. {@code
 * ConnectionGuard} bounds connections before any of this. May import {@code common}, {@code
 * access}, {@code catalogue} and {@code blob}. A request stays on its connection's event loop.
 */
@NullMarked
package dev.entrepot.edge.http;

import org.jspecify.annotations.NullMarked;
