package dev.entrepot.common.config;

/**
 * A value before it is understood.
 *
 * @param where a line of the file, or a variable
 * @param fromFile whether relative paths in it are relative to the file
 */
record Raw(String text, String where, boolean fromFile) {}
