package dev.entrepot.control.ca;

/**
 * An answer in JSON.
 *
 * @param status of HTTP
 */
public record Answer(int status, byte[] json) {}
