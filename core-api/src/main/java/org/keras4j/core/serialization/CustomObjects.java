package org.keras4j.core.serialization;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.context.Context;

/**
 * Classes that configs may name for a while besides those registered ({@code
 * keras.saving.custom_object_scope}).
 */
public final class CustomObjects {
  private static final Context.Key<Map<String, Class<?>>> CURRENT =
      Context.Key.inherited("custom objects");

  private CustomObjects() {}

  /**
   * Runs with further classes.
   *
   * @param classes {@link Configurable} classes by the class name or registered name in configs; null for none
   * @return what the task gives
   */
  public static <R> R with(@Nullable Map<String, Class<?>> classes, Supplier<R> body) {
    if (classes == null || classes.isEmpty()) {
      return body.get();
    }
    Map<String, Class<?>> all = new HashMap<>(current());
    all.putAll(classes);
    return CURRENT.with(all, body);
  }

  /** The further classes in force. */
  public static Map<String, Class<?>> current() {
    Map<String, Class<?>> all = CURRENT.get();
    return all == null ? Map.of() : all;
  }

  /** The class of a name, or null. */
  public static @Nullable Class<?> find(@Nullable Object name) {
    return name == null ? null : current().get(name);
  }
}
