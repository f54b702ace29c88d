@NullMarked
package dev.entrepot.cli;

import org.jspecify.annotations.NullMarked;
