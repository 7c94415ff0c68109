package org.keras4j.layers.preprocessing;

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
  static Iterable<Object> batches(Object data) {
    boolean list = data instanceof List<?> l && !l.isEmpty() && isArray(l.get(0));
    if (!list
        && (data instanceof List || !(data instanceof Iterable || data instanceof Iterator))) {
      return List.of(data);
    }
    // one after the other, for all of them may be more than memory holds
    return () -> {
      Iterator<?> it = data instanceof Iterator<?> i ? i : ((Iterable<?>) data).iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return it.hasNext();
        }

        @Override
        public Object next() {
          Object b = it.next();
          return b instanceof Object[] o && isArray(o[0]) ? o[0] : b;
        }
      };
    };
  }

  private static boolean isArray(Object x) {
    return x instanceof Tensor || x instanceof NDArray;
  }
}
