package dev.entrepot.common.config;

import java.util.function.Function;

/**
 * How values of one kind are written.
 *
 * @param type its name in the reference page
 * @param expected what a complaint says would have been right
 * @param parse from text; throws {@link IllegalArgumentException} for what is not of this form
 * @param print back to text, as one would write it
 */
public record Form<T>(
    String type, String expected, Function<String, T> parse, Function<T, String> print) {}
