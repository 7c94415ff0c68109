package org.keras4j.core.primitive;

import java.util.List;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Windows over every axis of a tensor: size, stride, dilation between the window's elements, and the
 * places added before and after.
 */
public record Window(
    LongList size, LongList stride, LongList dilation, LongList low, LongList high) {
  Shape outputShape(List<TensorSpec> in) {
    Shape s = in.get(0).shape();
    Rule.require(size.size() == s.rank(), in, "a window of rank " + size.size());
    long[] d = new long[s.rank()];
    for (int i = 0; i < d.length; i++) {
      int axis = i;
      d[i] = Rule.size(
          in,
          () -> extent(
              s.dim(axis),
              size.get(axis),
              stride.get(axis),
              dilation.get(axis),
              low.get(axis),
              high.get(axis)));
    }
    return Shape.of(d);
  }

  static long extent(long n, long size, long stride, long dilation, long low, long high) {
    if (n < 0) {
      return Shape.UNKNOWN;
    }
    long span = Math.addExact(Math.multiplyExact(size - 1, dilation), 1);
    long padded = Math.addExact(n, Math.addExact(low, high));
    return padded < span ? 0 : (padded - span) / stride + 1;
  }
}
