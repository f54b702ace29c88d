package dev.entrepot.cli.clients;

/**
 * One file of a client's configuration.
 *
 * @param path absolute, as on the client's machine
 * @param content the whole file
 * @param advice what to do if there is such a file already; empty if it is ours alone
 */
public record SetupFile(String path, String content, String advice) {}
