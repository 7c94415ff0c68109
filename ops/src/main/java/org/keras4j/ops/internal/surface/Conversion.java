package org.keras4j.ops.internal.surface;

import java.lang.reflect.Array;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.internal.engine.ArrayLike;

/** Arguments as Python gives them, made what a Java method takes. */
final class Conversion {
  private Conversion() {}

  static @Nullable Object to(String function, String parameter, @Nullable Object v, Class<?> type) {
    Object out = v == null ? null : convert(v, type);
    boolean must = type.isPrimitive() || type.isAnnotationPresent(FunctionalInterface.class);
    boolean wrong = out == null ? must || v != null : !boxed(type).isInstance(out);
    if (wrong) {
      throw new IllegalArgumentException(function + ": argument '" + parameter + "' must be "
          + type.getSimpleName() + ", got " + (v == null ? "None" : v));
    }
    return out;
  }

  private static @Nullable Object convert(Object v, Class<?> type) {
    Class<?> t = boxed(type);
    if (t.isInstance(v)) {
      return v;
    }
    if (v instanceof Tensor x && Number.class.isAssignableFrom(t) && x.shape().size() == 1) {
      NDArray known = ArrayLike.known(x);
      return known == null ? null : convert(number(known), type);
    }
    if (v instanceof Boolean b && Number.class.isAssignableFrom(t)) {
      return convert(b ? 1 : 0, type);
    }
    if (v instanceof Number n) {
      boolean whole = n instanceof Integer || n instanceof Long;
      if (t == Integer.class) {
        return whole ? Math.toIntExact(n.longValue()) : null;
      } else if (t == Long.class) {
        return whole ? n.longValue() : null;
      } else if (t == Double.class) {
        return n.doubleValue();
      } else if (t == Float.class) {
        return n.floatValue();
      } else if (t == Boolean.class) {
        return n.doubleValue() != 0;
      }
    }
    if (t == DType.class && v instanceof String s) {
      return DType.of(s);
    }
    if (t == Shape.class && v instanceof List<?> l) {
      return Shape.of(l);
    }
    if (t == Tensor.class) {
      return ArrayLike.tensor(v);
    }
    if (t.isArray()) {
      return array(v, t.getComponentType());
    }
    return null;
  }

  private static Number number(NDArray a) {
    return a.dtype().isFloat() ? (Number) a.getDouble(0) : (Number) a.getLong(0);
  }

  // a single value stands for an array of one
  private static @Nullable Object array(Object v, Class<?> component) {
    List<?> items = v instanceof List<?> l ? l : List.of(v);
    Object out = Array.newInstance(component, items.size());
    for (int i = 0; i < items.size(); i++) {
      Object item = items.get(i);
      Object c = item == null ? null : convert(item, component);
      if (c == null && (item != null || component.isPrimitive())) {
        return null;
      }
      Array.set(out, i, c);
    }
    return out;
  }

  private static Class<?> boxed(Class<?> type) {
    if (!type.isPrimitive()) {
      return type;
    }
    return Array.get(Array.newInstance(type, 1), 0).getClass();
  }
}
