/** Proves the load tool against the scripted registry over real sockets. */
@NullMarked
package dev.entrepot.loadtest.load;

import org.jspecify.annotations.NullMarked;
