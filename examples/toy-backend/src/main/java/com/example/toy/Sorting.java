package com.example.toy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Sort;

/** Orders elements. */
final class Sorting {
  private Sorting() {}

  /** How two elements of an array compare; NaN is the largest. */
  static int compare(NDArray x, int i, int j) {
    if (!x.dtype().isFloat()) {
      return Elementwise.compare(x.dtype(), x.getLong(i), x.getLong(j));
    }
    double a = x.getDouble(i);
    double b = x.getDouble(j);
    return a < b ? -1 : a > b ? 1 : Boolean.compare(Double.isNaN(a), Double.isNaN(b));
  }

  private static boolean isNaN(NDArray x, int i) {
    return x.dtype().isFloat() && Double.isNaN(x.getDouble(i));
  }

  static List<NDArray> sort(Sort p, List<NDArray> in) {
    NDArray keys = in.get(0);
    List<NDArray> out = new ArrayList<>();
    in.forEach(x -> out.add(NDArray.zeros(x.dtype(), x.shape())));
    int[] steps = Places.along(keys.shape(), p.axis());
    for (int line : Places.along(keys.shape(), Places.others(keys.rank(), p.axis()))) {
      Comparator<Integer> order = (i, j) -> {
        int last = Boolean.compare(isNaN(keys, i), isNaN(keys, j));
        return last != 0 ? last : p.descending() ? compare(keys, j, i) : compare(keys, i, j);
      };
      int[] from = IntStream.of(steps)
          .map(s -> line + s)
          .boxed()
          .sorted(order) // stable
          .mapToInt(i -> i)
          .toArray();
      for (int k = 0; k < steps.length; k++) {
        for (int a = 0; a < in.size(); a++) {
          Places.copy(in.get(a), from[k], out.get(a), line + steps[k]);
        }
      }
    }
    return out;
  }

  static List<NDArray> topK(NDArray x, List<TensorSpec> specs) {
    Shape to = specs.get(0).shape();
    NDArray values = NDArray.zeros(x.dtype(), to);
    NDArray places = NDArray.zeros(specs.get(1).dtype(), to);
    int n = x.shape().intDim(-1);
    int k = to.intDim(-1);
    for (int line = 0; n > 0 && line < x.size() / n; line++) {
      int first = line * n;
      int[] from = IntStream.range(first, first + n)
          .boxed()
          .sorted((i, j) -> compare(x, j, i))
          .mapToInt(i -> i)
          .toArray();
      for (int i = 0; i < k; i++) {
        Places.copy(x, from[i], values, line * k + i);
        places.setLong(line * k + i, from[i] - first);
      }
    }
    return List.of(values, places);
  }
}
