package dev.entrepot.control.fleet;

import dev.entrepot.common.json.JsonFields;
import java.util.Map;

/**
 * An answer in JSON.
 *
 * @param status of HTTP
 */
public record Answer(int status, byte[] json) {

  public static Answer of(int status, Map<String, ?> fields) {
    return new Answer(status, JsonFields.write(fields));
  }

  /** {@code {"error": sentence}}. */
  public static Answer error(int status, String sentence) {
    return of(status, Map.of("error", sentence));
  }
}
