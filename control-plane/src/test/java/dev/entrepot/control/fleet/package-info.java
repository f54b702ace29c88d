@NullMarked
package dev.entrepot.control.fleet;

import org.jspecify.annotations.NullMarked;
