package dev.entrepot.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import co.elastic.logging.JsonUtils;
import co.elastic.logging.logback.EcsEncoder;
import org.slf4j.event.KeyValuePair;

/** Writes the key-value pairs of an event as fields of their own, which the plain encoder drops. */
public final class FieldsEncoder extends EcsEncoder {
  @Override
  protected void addCustomFields(ILoggingEvent event, StringBuilder json) {
    if (event.getKeyValuePairs() != null) {
      event.getKeyValuePairs().forEach(pair -> add(pair, json));
    }
  }

  private static void add(KeyValuePair pair, StringBuilder json) {
    json.append('"');
    JsonUtils.quoteAsString(pair.key, json);
    json.append("\":");
    if (pair.value instanceof Number || pair.value instanceof Boolean) {
      json.append(pair.value);
    } else {
      json.append('"');
      JsonUtils.quoteAsString(String.valueOf(pair.value), json);
      json.append('"');
    }
    json.append(',');
  }
}
