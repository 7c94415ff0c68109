package org.keras4j.core.serialization;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Classes that configs may name for a while, on this thread, besides those registered ({@code
 * keras.saving.custom_object_scope}).
 */
public final class CustomObjects {
  private static final ThreadLocal<Map<String, Class<?>>> CURRENT =
      ThreadLocal.withInitial(Map::of);

  private CustomObjects() {}

  /**
   * Runs with further classes.
   *
   * @param classes {@link Configurable} classes by the class name or registered name in configs; null for none
   */
  public static <R> R with(@Nullable Map<String, Class<?>> classes, Supplier<R> body) {
    if (classes == null || classes.isEmpty()) {
      return body.get();
    }
    Map<String, Class<?>> before = CURRENT.get();
    Map<String, Class<?>> all = new HashMap<>(before);
    all.putAll(classes);
    CURRENT.set(all);
    try {
      return body.get();
    } finally {
      CURRENT.set(before);
    }
  }

  /** The further classes in force on this thread, to be given to {@link #with} on another. */
  public static Map<String, Class<?>> current() {
    return CURRENT.get();
  }

  /** The class of a name, or null. */
  public static @Nullable Class<?> find(@Nullable Object name) {
    return name == null ? null : CURRENT.get().get(name);
  }
}
