package dev.entrepot.edge.store;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Named steps at which a test may have the process killed, as by a power cut: {@code
 * -Dentrepot.kill-point=cell-ingested:2} halts at the second time. Does nothing otherwise.
 */
public final class KillPoint {
  private static final @Nullable String WANTED = System.getProperty("entrepot.kill-point");
  private static final AtomicInteger LEFT = new AtomicInteger(count());
  private static final int EXIT_CODE = 137;

  private KillPoint() {}

  /** Says that the step has been reached. */
  public static void reached(String step) {
    String wanted = WANTED;
    if (wanted != null
        && wanted.substring(0, colon(wanted)).equals(step)
        && LEFT.decrementAndGet() == 0) {
      Runtime.getRuntime().halt(EXIT_CODE);
    }
  }

  private static int colon(String wanted) {
    int colon = wanted.indexOf(':');
    return colon < 0 ? wanted.length() : colon;
  }

  private static int count() {
    String wanted = WANTED;
    if (wanted == null || wanted.indexOf(':') < 0) {
      return 1;
    }
    return Integer.parseInt(wanted.substring(wanted.indexOf(':') + 1));
  }
}
