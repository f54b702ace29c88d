/** Proves the scripted registry over real sockets. */
@NullMarked
package dev.entrepot.loadtest.upstream;

import org.jspecify.annotations.NullMarked;
