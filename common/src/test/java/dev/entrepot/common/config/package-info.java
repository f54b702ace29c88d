@NullMarked
package dev.entrepot.common.config;

import org.jspecify.annotations.NullMarked;
