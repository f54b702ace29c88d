package dev.entrepot.loadtest.load.report;

import dev.entrepot.loadtest.load.Figures;
import dev.entrepot.loadtest.load.Progress;
import java.io.PrintWriter;
import java.time.Duration;

/** A line from time to time, where there is no terminal. For one thread. */
public final class ProgressLog implements Progress {
  /** How often. */
  public static final Duration EVERY = Duration.ofSeconds(10);

  private final PrintWriter out;
  private final ProgressText text = new ProgressText();
  private Duration told = Duration.ZERO;

  public ProgressLog(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void at(String label, Figures soFar) {
    if (soFar.elapsed().compareTo(told) < 0) {
      told = Duration.ZERO; // another load has begun
    }
    if (soFar.elapsed().minus(told).compareTo(EVERY) >= 0) {
      told = soFar.elapsed();
      out.println(text.next(label, soFar));
      out.flush();
    }
  }
}
