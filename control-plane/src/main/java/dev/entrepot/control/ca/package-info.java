/**
 * Who belongs to the installation: its own authority, the tokens that open the first door once, and
 * the nodes that have come in.
 *
 * <p>Reading order: {@link dev.entrepot.control.ca.EnrolmentService} answers {@code /v1/join} and
 * {@code /v1/renew} with the help of {@link dev.entrepot.control.ca.Authority}, {@link
 * dev.entrepot.control.ca.JoinTokens} and {@link dev.entrepot.control.ca.Nodes}. Knows no HTTP.
 * Everything blocks; callable from any thread. May import {@code store} and {@code common}.
 */
@NullMarked
package dev.entrepot.control.ca;

import org.jspecify.annotations.NullMarked;
