@NullMarked
package dev.entrepot.control.ca;

import org.jspecify.annotations.NullMarked;
