package dev.entrepot.cli.loadtest;

import java.io.PrintWriter;
import java.util.Map;

/**
 * What is around a command.
 *
 * @param environment where passwords and tokens may stand
 * @param out for what was asked for
 * @param err for everything else
 */
record Surroundings(Map<String, String> environment, PrintWriter out, PrintWriter err) {}
