package dev.entrepot.edge.cluster;

import com.hazelcast.logging.LogEvent;
import com.hazelcast.logging.LogListener;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hazelcast's own sentences: warnings in one line each and not too many, since everyone who reaches
 * its port can cause them; all else, with stack traces, as DEBUG.
 */
final class Noise implements LogListener {
  /** From which level on there are events at all. */
  static final Level LEVEL = Level.INFO;

  private static final Logger LOG = LoggerFactory.getLogger("com.hazelcast");

  /** Held here, for a logger that nobody holds forgets its level. */
  private static final java.util.logging.Logger FACTORY =
      java.util.logging.Logger.getLogger("com.hazelcast.instance.impl.HazelcastInstanceFactory");

  private static final int MOST = 10;
  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final Seldom seldom = new Seldom(MOST, WINDOW, System::nanoTime);

  /**
   * Keeps a starting member from advising every operator on the console to open the JDK's insides
   * to it, which makes nothing here faster.
   */
  static void quietStart() {
    FACTORY.setLevel(Level.SEVERE);
  }

  @Override
  public void log(LogEvent event) {
    LogRecord what = event.getLogRecord();
    if (what.getLevel().intValue() < Level.WARNING.intValue()) {
      LOG.debug("{}: {}", what.getLoggerName(), what.getMessage(), what.getThrown());
    } else if (LOG.isWarnEnabled() && seldom.allows()) {
      LOG.warn("{}{}", firstLine(what.getMessage()), more(seldom.unsaid()));
    } else {
      LOG.debug("{}: {}", what.getLoggerName(), what.getMessage(), what.getThrown());
    }
  }

  private static String more(long unsaid) {
    return unsaid == 0 ? "" : " (and " + unsaid + " more before that, logged as DEBUG)";
  }

  private static String firstLine(String text) {
    return String.valueOf(text).lines().findFirst().orElse("");
  }
}
