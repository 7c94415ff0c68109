package org.keras4j.core.internal;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Entries of the state that an interrupted training goes on from, as what they have to be: the file can hold anything. */
public final class SavedState {
  private static final int SHOWN = 200;

  private SavedState() {}

  /**
   * An entry that is a number.
   *
   * @throws IllegalArgumentException if it is something else, or not there
   */
  public static Number number(Map<String, Object> state, String key) {
    return as(Number.class, "number", state, key);
  }

  /** Likewise a list. */
  public static List<?> list(Map<String, Object> state, String key) {
    return as(List.class, "list", state, key);
  }

  /** Likewise a state inside. */
  @SuppressWarnings("unchecked")
  public static Map<String, Object> map(Map<String, Object> state, String key) {
    return as(Map.class, "map", state, key);
  }

  private static <T> T as(Class<T> type, String what, Map<String, Object> state, String key) {
    Object value = state.get(key);
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(
          "The saved state has no " + what + " '" + key + "', but " + shown(value));
    }
    return type.cast(value);
  }

  private static String shown(@Nullable Object value) {
    String s = String.valueOf(value);
    return s.length() > SHOWN ? s.substring(0, SHOWN) + "..." : s;
  }
}
