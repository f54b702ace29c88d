package dev.entrepot.cli;

import dev.entrepot.common.config.Refusal;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** What a user sees when a command does not do what it was told. */
final class Failures {
  private static final int SOFTWARE_ERROR = 70; // EX_SOFTWARE of sysexits.h

  private Failures() {}

  /** A mistake on the command line: what it is and where to read on; with no word, the help. */
  static int notUnderstood(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    if (arguments.length == 0) {
      command.usage(err);
      return CommandLine.ExitCode.USAGE;
    }
    ParameterException mistake = mistake(e);
    err.println("entrepot: " + mistake.getMessage());
    UnmatchedArgumentException.printSuggestions(mistake, err);
    err.println("See " + command.getCommandSpec().qualifiedName() + " --help");
    return CommandLine.ExitCode.USAGE;
  }

  /** Who wrote a required option wrongly is told of what was written, not of what is missing. */
  private static ParameterException mistake(ParameterException e) {
    List<String> unknown = e.getCommandLine().getUnmatchedArguments();
    return e instanceof MissingParameterException
            && !unknown.isEmpty()
            && unknown.getFirst().startsWith("-")
        ? new UnmatchedArgumentException(e.getCommandLine(), unknown)
        : e;
  }

  /** A refusal is one sentence; anything else is a bug and keeps its trace. */
  static int refused(Exception e, CommandLine command, ParseResult result) {
    PrintWriter err = command.getErr();
    if (e instanceof Refusal) {
      err.println("entrepot: " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    err.println("entrepot: an unforeseen failure; please report it with the lines below");
    e.printStackTrace(err);
    return SOFTWARE_ERROR;
  }
}
