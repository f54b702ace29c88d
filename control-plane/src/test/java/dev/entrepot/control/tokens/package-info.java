@NullMarked
package dev.entrepot.control.tokens;

import org.jspecify.annotations.NullMarked;
