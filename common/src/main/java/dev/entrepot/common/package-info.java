/** Words and contracts that every program of the product shares; no framework, no I/O. */
@NullMarked
package dev.entrepot.common;

import org.jspecify.annotations.NullMarked;
