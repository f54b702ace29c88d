package dev.entrepot.common.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A small JSON object, read as a whole: texts, whole numbers, flags, lists and objects. A null, a
 * fraction, or a name that is there twice is refused. Immutable.
 */
public final class JsonFields {
  private static final JsonFactory WRITER = new JsonFactory();
  private static final int MAX_DEPTH = 16;

  private final Map<String, Object> fields;

  private JsonFields(Map<String, Object> fields) {
    this.fields = fields;
  }

  /** Reads one object that fills the bytes entirely. */
  public static JsonFields read(byte[] bytes, int mostBytes) throws UnreadableJsonException {
    try (JsonParser json = StrictJson.open(bytes, mostBytes)) {
      require(json.nextToken() == JsonToken.START_OBJECT, "not an object");
      Map<String, Object> fields = object(json, 1);
      require(json.nextToken() == null, "text behind the end");
      return new JsonFields(fields);
    } catch (JsonProcessingException e) {
      throw new UnreadableJsonException("not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UnreadableJsonException("not JSON: " + e.getMessage());
    }
  }

  /**
   * Writes an object of texts, whole numbers, flags, lists and maps with texts as keys; the order
   * of the entries stays.
   */
  public static byte[] write(Map<String, ?> fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = WRITER.createGenerator(bytes)) {
      write(json, fields);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  public Set<String> names() {
    return fields.keySet();
  }

  public boolean has(String name) {
    return fields.containsKey(name);
  }

  public String text(String name) throws UnreadableJsonException {
    return optionalText(name).orElseThrow(() -> missing(name));
  }

  public Optional<String> optionalText(String name) throws UnreadableJsonException {
    return optional(name, String.class);
  }

  public long number(String name) throws UnreadableJsonException {
    return optionalNumber(name).orElseThrow(() -> missing(name));
  }

  public Optional<Long> optionalNumber(String name) throws UnreadableJsonException {
    return optional(name, Long.class);
  }

  public Optional<Boolean> optionalFlag(String name) throws UnreadableJsonException {
    return optional(name, Boolean.class);
  }

  public JsonFields object(String name) throws UnreadableJsonException {
    return optionalObject(name).orElseThrow(() -> missing(name));
  }

  public Optional<JsonFields> optionalObject(String name) throws UnreadableJsonException {
    return optional(name, JsonFields.class);
  }

  /** A list of texts; empty if it is not there. */
  public List<String> texts(String name) throws UnreadableJsonException {
    return list(name, String.class);
  }

  /** A list of objects; empty if it is not there. */
  public List<JsonFields> objects(String name) throws UnreadableJsonException {
    return list(name, JsonFields.class);
  }

  private <T> List<T> list(String name, Class<T> type) throws UnreadableJsonException {
    List<T> all = new ArrayList<>();
    for (Object element : optional(name, List.class).orElse(List.of())) {
      require(type.isInstance(element), name + " has an element of another type");
      all.add(type.cast(element));
    }
    return List.copyOf(all);
  }

  private <T> Optional<T> optional(String name, Class<T> type) throws UnreadableJsonException {
    Object value = fields.get(name);
    if (value == null) {
      return Optional.empty();
    }
    require(type.isInstance(value), name + " is of another type");
    return Optional.of(type.cast(value));
  }

  private static UnreadableJsonException missing(String name) {
    return new UnreadableJsonException(name + " is missing");
  }

  private static Map<String, Object> object(JsonParser json, int depth)
      throws IOException, UnreadableJsonException {
    require(depth <= MAX_DEPTH, "nested too deeply");
    Map<String, Object> fields = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      json.nextToken();
      fields.put(name, value(json, depth));
    }
    return Collections.unmodifiableMap(fields);
  }

  private static Object value(JsonParser json, int depth)
      throws IOException, UnreadableJsonException {
    return switch (json.currentToken()) {
      case VALUE_STRING -> json.getText();
      case VALUE_NUMBER_INT -> json.getLongValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case START_OBJECT -> new JsonFields(object(json, depth + 1));
      case START_ARRAY -> array(json, depth + 1);
      default -> throw new UnreadableJsonException("a null or a fraction");
    };
  }

  private static List<Object> array(JsonParser json, int depth)
      throws IOException, UnreadableJsonException {
    require(depth <= MAX_DEPTH, "nested too deeply");
    List<Object> elements = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      elements.add(value(json, depth));
    }
    return Collections.unmodifiableList(elements);
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    switch (value) {
      case String text -> json.writeString(text);
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Boolean flag -> json.writeBoolean(flag);
      case List<?> elements -> {
        json.writeStartArray();
        for (Object element : elements) {
          write(json, element);
        }
        json.writeEndArray();
      }
      case Map<?, ?> fields -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> field : fields.entrySet()) {
          json.writeFieldName((String) field.getKey());
          write(json, field.getValue());
        }
        json.writeEndObject();
      }
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
    }
  }

  private static void require(boolean condition, String otherwise) throws UnreadableJsonException {
    if (!condition) {
      throw new UnreadableJsonException(otherwise);
    }
  }
}
