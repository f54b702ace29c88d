package dev.entrepot.loadtest.load.report;

import dev.entrepot.loadtest.load.Figures;
import dev.entrepot.loadtest.load.Progress;
import java.io.PrintWriter;

/** One line of a terminal that is written again and again. For one thread. */
public final class ProgressLine implements Progress {
  /** ECMA-48: carriage return, erase in line. */
  private static final String ANEW = "\r\u001b[K";

  private final PrintWriter terminal;
  private final ProgressText text = new ProgressText();

  public ProgressLine(PrintWriter terminal) {
    this.terminal = terminal;
  }

  @Override
  public void at(String label, Figures soFar) {
    terminal.print(ANEW + text.next(label, soFar));
    terminal.flush();
  }

  /** Takes the line away. */
  public void clear() {
    terminal.print(ANEW);
    terminal.flush();
  }
}
