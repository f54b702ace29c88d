package dev.entrepot.loadtest.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Header fields in wire order; names compare without regard to case. Immutable. */
public final class Headers {
  /** No fields. */
  public static final Headers NONE = new Headers(List.of());

  private final List<Field> fields;

  private Headers(List<Field> fields) {
    this.fields = fields;
  }

  private record Field(String name, String value) {
    boolean is(String other) {
      return name.equalsIgnoreCase(other);
    }
  }

  /** One field. */
  public static Headers of(String name, String value) {
    return NONE.plus(name, value);
  }

  /** These fields and one more. */
  public Headers plus(String name, String value) {
    List<Field> more = new ArrayList<>(fields);
    more.add(new Field(name, value));
    return new Headers(List.copyOf(more));
  }

  /** These fields and those. */
  public Headers plus(Headers others) {
    List<Field> more = new ArrayList<>(fields);
    more.addAll(others.fields);
    return new Headers(List.copyOf(more));
  }

  /** These fields with exactly this value for the name. */
  public Headers with(String name, String value) {
    return without(name).plus(name, value);
  }

  /** These fields but for those of that name. */
  public Headers without(String name) {
    return new Headers(fields.stream().filter(field -> !field.is(name)).toList());
  }

  /** The first value of that name. */
  public Optional<String> first(String name) {
    return fields.stream().filter(field -> field.is(name)).map(Field::value).findFirst();
  }

  /** All values of that name, in wire order. */
  public List<String> all(String name) {
    return fields.stream().filter(field -> field.is(name)).map(Field::value).toList();
  }

  /** Whether there is a field of that name. */
  public boolean has(String name) {
    return fields.stream().anyMatch(field -> field.is(name));
  }

  /** Whether a comma-separated field of that name lists the token. */
  public boolean lists(String name, String token) {
    return String.join(",", all(name)).toLowerCase(Locale.ROOT).contains(token);
  }

  /** Hands out each field in wire order. */
  public void forEach(BiConsumer<String, String> consumer) {
    fields.forEach(field -> consumer.accept(field.name, field.value));
  }

  @Override
  public String toString() {
    return fields.stream().map(f -> f.name + ": " + f.value).toList().toString();
  }
}
