@NullMarked
package dev.entrepot.control.store;

import org.jspecify.annotations.NullMarked;
