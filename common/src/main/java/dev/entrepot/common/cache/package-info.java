/** How an answer came about, in the words of RFC 9211 ({@code Cache-Status}). */
@NullMarked
package dev.entrepot.common.cache;

import org.jspecify.annotations.NullMarked;
