package dev.entrepot.common.config;

import java.util.regex.Pattern;

/**
 * One thing in the settings that is not understood.
 *
 * @param key the key's path, such as {@code storage.min-free}
 * @param where a line of the file, a variable of the environment, or empty
 * @param value what was given, without secrets; empty when there is no value to show
 * @param expected what would have been right
 */
public record Complaint(String key, String where, String value, String expected) {
  private static final Pattern USER_INFO = Pattern.compile("//[^/@\\s]*@");
  private static final int LONGEST_VALUE = 120;

  public Complaint {
    value = USER_INFO.matcher(value).replaceAll("//…@");
    if (value.length() > LONGEST_VALUE) {
      value = value.substring(0, LONGEST_VALUE) + "…";
    }
  }

  /** Key, place, value and expectation in one line. */
  public String sentence() {
    String place = where.isEmpty() ? key : key + " (" + where + ")";
    return value.isEmpty()
        ? place + ": " + expected
        : place + ": \"" + value + "\", expected " + expected;
  }

  @Override
  public String toString() {
    return sentence();
  }
}
