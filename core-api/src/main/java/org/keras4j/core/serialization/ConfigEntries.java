package org.keras4j.core.serialization;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Entries of configs as what they have to be; files can hold anything. */
public final class ConfigEntries {
  private static final int SHOWN = 200;

  private ConfigEntries() {}

  /**
   * An entry that is a text.
   *
   * @param owner whose config it is, for the message
   * @return the text
   * @throws IllegalArgumentException if it is something else
   */
  public static String text(String owner, String key, @Nullable Object value) {
    return as(String.class, "a text", owner, key, value);
  }

  /** Likewise a number. */
  public static Number number(String owner, String key, @Nullable Object value) {
    return as(Number.class, "a number", owner, key, value);
  }

  /** Likewise a whole number of the range of {@code int}. */
  public static int integer(String owner, String key, @Nullable Object value) {
    Number n = as(Number.class, "a whole number", owner, key, value);
    if (n.doubleValue() != n.intValue()) {
      throw mismatch("a whole number", owner, key, value);
    }
    return n.intValue();
  }

  /** Likewise a list. */
  public static List<?> list(String owner, String key, @Nullable Object value) {
    return as(List.class, "a list", owner, key, value);
  }

  /** Likewise a map. */
  public static Map<?, ?> map(String owner, String key, @Nullable Object value) {
    return as(Map.class, "a map", owner, key, value);
  }

  private static <T> T as(
      Class<T> type, String what, String owner, String key, @Nullable Object value) {
    if (type.isInstance(value)) {
      return type.cast(value);
    }
    throw mismatch(what, owner, key, value);
  }

  private static IllegalArgumentException mismatch(
      String what, String owner, String key, @Nullable Object value) {
    return new IllegalArgumentException(
        owner + ": config expects '" + key + "' to be " + what + ", got " + shown(value));
  }

  /** A value as text for a message, not too long. */
  public static String shown(@Nullable Object value) {
    String s = String.valueOf(value);
    return s.length() > SHOWN ? s.substring(0, SHOWN) + "..." : s;
  }
}
