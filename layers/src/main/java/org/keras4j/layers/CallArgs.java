package org.keras4j.layers;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Named arguments of a layer's call, under Keras's names: {@code CallArgs.training(true)}, {@code
 * CallArgs.of("value", v, "key", k)}.
 */
public final class CallArgs {
  private final Map<String, Object> values = new LinkedHashMap<>();

  private CallArgs() {}

  /** Alternating names and values; null values count as not given. */
  public static CallArgs of(@Nullable Object... namesAndValues) {
    CallArgs a = new CallArgs();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      a.with((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return a;
  }

  public static CallArgs training(boolean training) {
    return of("training", training);
  }

  /** Adds an argument. */
  public CallArgs with(String name, @Nullable Object value) {
    if (value != null) {
      values.put(name, value);
    }
    return this;
  }

  Map<String, Object> values() {
    return values;
  }
}
