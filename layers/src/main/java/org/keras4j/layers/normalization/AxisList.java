package org.keras4j.layers.normalization;

import java.util.Arrays;
import java.util.List;
import org.keras4j.core.Shape;
import org.keras4j.core.serialization.ConfigEntries;
import org.keras4j.layers.InputSpec;

/** The setting {@code axis}, an integer or several. */
final class AxisList {
  private AxisList() {}

  static List<Integer> of(int... axes) {
    return Arrays.stream(axes).boxed().toList();
  }

  /** The axes in ascending order. */
  static List<Integer> sorted(String label, Object axis) {
    List<?> all = axis instanceof List<?> l ? l : List.of(axis);
    return all.stream()
        .map(a -> ConfigEntries.integer(label, "axis", a))
        .sorted()
        .toList();
  }

  /** The sizes of axes, which must be known. */
  static Shape sizes(String label, Shape input, List<Integer> axes) {
    long[] d = new long[axes.size()];
    for (int i = 0; i < d.length; i++) {
      int a = axes.get(i);
      if (a >= input.rank() || a < -input.rank()) {
        throw new IllegalArgumentException(
            label + ": 'axis' " + a + " is out of range for input shape " + input);
      }
      d[i] = input.dim(a);
      if (d[i] < 0) {
        throw new IllegalArgumentException(
            label + ": the size of axis " + a + " must be known, got input shape " + input);
      }
    }
    return Shape.of(d);
  }

  /** Inputs with these sizes along the axes, whatever their rank. */
  static InputSpec inputs(List<Integer> axes, Shape sizes) {
    InputSpec spec = new InputSpec();
    for (int i = 0; i < axes.size(); i++) {
      spec.axis(axes.get(i), sizes.dim(i));
    }
    return spec;
  }
}
