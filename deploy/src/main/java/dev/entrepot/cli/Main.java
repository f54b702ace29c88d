package dev.entrepot.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Where the process begins. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(
        EntrepotCommand.line(System.getenv(), new EdgeLauncher(), out, err).execute(arguments));
  }
}
