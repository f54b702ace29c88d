package dev.entrepot.edge.cluster;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What was said in the log, warnings and worse, under some logger. */
final class Sentences extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final Logger logger;

  Sentences(String name) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    logger = context.getLogger(name);
    setContext(context);
    start();
    logger.addAppender(this);
  }

  /** Of the cluster's room. */
  static Sentences ofTheCluster() {
    return new Sentences(HazelcastSite.class.getPackageName());
  }

  List<String> with(String part) {
    return said.stream().filter(it -> it.contains(part)).toList();
  }

  int count() {
    return said.size();
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
      said.add(event.getFormattedMessage());
    }
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    stop();
  }
}
