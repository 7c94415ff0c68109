package org.keras4j.layers.preprocessing;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;

/** What {@code adapt} of preprocessing layers takes: one array, or batches. */
final class AdaptData {
  private AdaptData() {}

  /**
   * The batches: an array, tensor or list of numbers or strings is one; a list of arrays or tensors, any
   * other iterable, and an iterator are several. A batch that is an object array counts by its first element.
   */
  static List<Object> batches(Object data) {
    boolean list = data instanceof List<?> l && !l.isEmpty() && isArray(l.get(0));
    if (!list
        && (data instanceof List || !(data instanceof Iterable || data instanceof Iterator))) {
      return List.of(data);
    }
    List<Object> out = new ArrayList<>();
    Iterator<?> it = data instanceof Iterator<?> i ? i : ((Iterable<?>) data).iterator();
    it.forEachRemaining(b -> out.add(b instanceof Object[] o && isArray(o[0]) ? o[0] : b));
    return out;
  }

  private static boolean isArray(Object x) {
    return x instanceof Tensor || x instanceof NDArray;
  }
}
