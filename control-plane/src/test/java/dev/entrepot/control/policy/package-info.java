@NullMarked
package dev.entrepot.control.policy;

import org.jspecify.annotations.NullMarked;
