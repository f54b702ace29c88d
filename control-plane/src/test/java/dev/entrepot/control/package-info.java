@NullMarked
package dev.entrepot.control;

import org.jspecify.annotations.NullMarked;
