package org.keras4j.ops.types;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.ConfigValue;

/**
 * A part of an axis in {@link org.keras4j.ops.Ops#getItem(Object, Object...)}: Python's {@code start:stop:step}, where null leaves a
 * bound out.
 */
public record Index(
    @Nullable Integer start,
    @Nullable Integer stop,
    @Nullable Integer step) implements ConfigValue {
  /** As many whole axes as the other keys leave: Python's {@code ...}. */
  public static final Object ELLIPSIS = new ConfigValue() {
    @Override
    public Object configValue() {
      return config("__ellipsis__", Map.of());
    }

    @Override
    public String toString() {
      return "...";
    }
  };

  /** A new axis of size 1: Python's {@code None}. */
  public static final Object NEW_AXIS = new ConfigValue() {
    @Override
    public @Nullable Object configValue() {
      return null;
    }

    @Override
    public String toString() {
      return "None";
    }
  };

  /** The whole axis, {@code :}. */
  public static final Index ALL = new Index(null, null, null);

  /**
   * @throws IllegalArgumentException if the step is 0
   */
  public Index {
    if (step != null && step == 0) {
      throw new IllegalArgumentException("A step of 0 picks nothing");
    }
  }

  /** {@code start:stop}. */
  public static Index range(@Nullable Integer start, @Nullable Integer stop) {
    return new Index(start, stop, null);
  }

  /** {@code start:stop:step}. */
  public static Index range(
      @Nullable Integer start, @Nullable Integer stop, @Nullable Integer step) {
    return new Index(start, stop, step);
  }

  /** What Keras's files hold for it. */
  @Override
  public Object configValue() {
    Map<String, Object> bounds = new LinkedHashMap<>();
    bounds.put("start", start);
    bounds.put("stop", stop);
    bounds.put("step", step);
    return config("__slice__", bounds);
  }

  private static Map<String, Object> config(String className, Map<String, Object> config) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("class_name", className);
    out.put("config", config);
    return out;
  }

  /**
   * What a file's {@code __slice__} or {@code __ellipsis__} means; null for anything else.
   *
   * @throws IllegalArgumentException if a bound is no integer
   */
  public static @Nullable Object fromConfig(Map<?, ?> tree) {
    Object name = tree.get("class_name");
    if ("__ellipsis__".equals(name)) {
      return ELLIPSIS;
    }
    if (!"__slice__".equals(name)) {
      return null;
    }
    Map<?, ?> bounds = tree.get("config") instanceof Map<?, ?> m ? m : Collections.emptyMap();
    return new Index(
        bound(bounds.get("start")), bound(bounds.get("stop")), bound(bounds.get("step")));
  }

  private static @Nullable Integer bound(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    if (value instanceof Integer i) {
      return i;
    }
    throw new IllegalArgumentException("A slice has an integer as a bound or none, got " + value);
  }
}
