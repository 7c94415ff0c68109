package org.keras4j.training.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.SparseArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;

/** Data as users give it, with every array of Java's an {@link NDArray}. */
public final class HostData {
  private HostData() {}

  /**
   * The same structure of lists and maps; Java arrays and lists of numbers become host arrays, float64 becomes
   * floatx as in Keras's data adapters, tensors and sparse arrays stay.
   */
  public static @Nullable Object of(@Nullable Object data) {
    if (data == null || data instanceof Tensor) {
      return data;
    } else if (data instanceof NDArray a) {
      return floatx(a);
    } else if (data instanceof SparseArray a) {
      return a.dtype() == DType.FLOAT64 ? a.astype(Keras.floatx()) : a;
    } else if (data instanceof Variable v) {
      return v.value();
    } else if (data instanceof Map<?, ?> m) {
      Map<Object, Object> out = new LinkedHashMap<>();
      m.forEach((k, v) -> out.put(k, of(v)));
      return out;
    } else if (data instanceof List<?> l && !isNumbers(l)) {
      List<Object> out = new ArrayList<>();
      l.forEach(x -> out.add(of(x)));
      return out;
    } else if (data instanceof Object[] o && !isNumbers(o)) {
      return of(Arrays.asList(o));
    }
    return floatx(NDArray.from(data));
  }

  private static boolean isNumbers(@Nullable Object nested) {
    Class<?> element = nested == null ? null : nested.getClass();
    while (element != null && element.isArray()) {
      element = element.getComponentType();
    }
    if (element == String.class) {
      return true; // even if there is null among them, which is said then
    }
    Object x = nested;
    while (x instanceof List<?> || x instanceof Object[]) {
      List<?> l = x instanceof Object[] o ? Arrays.asList(o) : (List<?>) x;
      // a list of Java arrays is several inputs, an array of arrays one
      if (x instanceof List
          && !l.isEmpty()
          && l.get(0) != null
          && l.get(0).getClass().isArray()) {
        return false;
      }
      x = l.isEmpty() ? null : l.get(0);
    }
    return x instanceof Number
        || x instanceof Boolean
        || x instanceof String
        || (x != null && x.getClass().isArray());
  }

  private static NDArray floatx(NDArray a) {
    return a.dtype() == DType.FLOAT64 ? a.astype(Keras.floatx()) : a;
  }
}
