@NullMarked
package dev.entrepot.control.keys;

import org.jspecify.annotations.NullMarked;
