package org.keras4j.ops.internal.numpy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/** The distinct elements, or slices along an axis, of an array on the host. */
final class Distinct {
  private final NDArray x;
  private final int outer;
  private final int length;
  private final int inner;

  private Distinct(NDArray x, int outer, int length, int inner) {
    this.x = x;
    this.outer = outer;
    this.length = length;
    this.inner = inner;
  }

  /**
   * Where each of the distinct values, in ascending order, occurs first, which of them each slice
   * is, and how often each occurs: 0 times for what fills up.
   *
   * @param axis null for elements
   * @param size how many to give; null for all
   */
  static List<NDArray> of(NDArray x, @Nullable Integer axis, @Nullable Integer size) {
    int outer = 1;
    int length = x.size();
    int inner = 1;
    if (axis != null) {
      outer = (int) x.shape().slice(0, axis).size();
      length = x.shape().intDim(axis);
      inner = (int) x.shape().slice(axis + 1).size();
    }
    return new Distinct(x, outer, length, inner).find(axis, size);
  }

  private int at(int slice, int i) {
    return (i / inner * length + slice) * inner + i % inner;
  }

  private int compare(int a, int b) {
    for (int i = 0; i < outer * inner; i++) {
      int c = compareElements(at(a, i), at(b, i));
      if (c != 0) {
        return c;
      }
    }
    return 0;
  }

  // NaN stands last, and differs from NaN
  private int compareElements(int i, int j) {
    if (x.dtype().isFloat() || x.dtype().isComplex()) {
      double a = x.getDouble(i);
      double b = x.getDouble(j);
      int c = a == b ? 0 : Double.compare(a, b);
      return c != 0 ? c : Double.compare(x.getImaginary(i), x.getImaginary(j));
    }
    return x.dtype() == DType.UINT64
        ? Long.compareUnsigned(x.getLong(i), x.getLong(j))
        : Long.compare(x.getLong(i), x.getLong(j));
  }

  private boolean same(int a, int b) {
    for (int i = 0; i < outer * inner; i++) {
      if (compareElements(at(a, i), at(b, i)) != 0 || Double.isNaN(x.getDouble(at(a, i)))) {
        return false;
      }
    }
    return true;
  }

  private List<NDArray> find(@Nullable Integer axis, @Nullable Integer size) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      order.add(i);
    }
    order.sort(Comparator.comparing((Integer i) -> i, this::compare));
    List<Integer> first = new ArrayList<>();
    List<Integer> counts = new ArrayList<>();
    NDArray inverse = NDArray.zeros(DType.INT32, axis == null ? x.shape() : Shape.of(length));
    for (int i : order) {
      int n = first.size();
      if (n > 0 && same(first.get(n - 1), i)) {
        counts.set(n - 1, counts.get(n - 1) + 1);
      } else {
        first.add(i);
        counts.add(1);
        n++;
      }
      inverse.setLong(i, n - 1);
    }
    int n = size == null ? first.size() : size;
    NDArray index = NDArray.zeros(DType.INT32, Shape.of(n));
    NDArray count = NDArray.zeros(DType.INT32, Shape.of(n));
    for (int k = 0; k < n; k++) {
      boolean missing = k >= first.size();
      index.setLong(k, first.isEmpty() ? 0 : first.get(missing ? 0 : k));
      count.setLong(k, missing ? 0 : counts.get(k));
    }
    return List.of(index, inverse, count);
  }
}
