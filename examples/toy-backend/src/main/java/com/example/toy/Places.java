package com.example.toy;

import java.util.Arrays;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/** Where elements lie in flat arrays in C order. */
final class Places {
  private Places() {}

  /** By how much a step along each axis moves the place. */
  static long[] strides(Shape s) {
    long[] out = new long[s.rank()];
    long n = 1;
    for (int i = out.length - 1; i >= 0; i--) {
      out[i] = n;
      n *= s.dim(i);
    }
    return out;
  }

  /** For every index of a shape, in order: {@code offset + sum of index[i] * steps[i]}. */
  static int[] affine(Shape shape, long offset, long[] steps) {
    int[] out = new int[Math.toIntExact(shape.size())];
    int[] at = new int[shape.rank()];
    long place = offset;
    for (int k = 0; k < out.length; k++) {
      out[k] = (int) place;
      for (int i = at.length - 1; i >= 0; i--) {
        place += steps[i];
        if (++at[i] < shape.dim(i)) {
          break;
        }
        place -= at[i] * steps[i];
        at[i] = 0;
      }
    }
    return out;
  }

  /** Where the elements of a shape come from in an array that is broadcast to it, as NumPy does. */
  static int[] broadcast(Shape to, Shape from) {
    long[] strides = strides(from);
    long[] steps = new long[to.rank()];
    for (int i = 0; i < strides.length; i++) {
      steps[to.rank() - strides.length + i] = from.dim(i) == 1 ? 0 : strides[i];
    }
    return affine(to, 0, steps);
  }

  /** The places of all indices along some axes, the others at 0, in the order of the axes. */
  static int[] along(Shape s, int... axes) {
    long[] strides = strides(s);
    long[] dims = Arrays.stream(axes).mapToLong(s::dim).toArray();
    return affine(
        Shape.of(dims), 0, Arrays.stream(axes).mapToLong(a -> strides[a]).toArray());
  }

  /** The axes that are not among some. */
  static int[] others(int rank, int... axes) {
    return java.util.stream.IntStream.range(0, rank)
        .filter(i -> Arrays.stream(axes).noneMatch(a -> a == i))
        .toArray();
  }

  /** An array of the elements of another at the places. */
  static NDArray pick(NDArray from, int[] places, Shape shape) {
    NDArray out = NDArray.zeros(from.dtype(), shape);
    for (int i = 0; i < places.length; i++) {
      copy(from, places[i], out, i);
    }
    return out;
  }

  /** Copies an element, of one dtype in both. */
  static void copy(NDArray from, int i, NDArray to, int k) {
    if (from.dtype().isComplex()) {
      to.setComplex(k, from.getDouble(i), from.getImaginary(i));
    } else if (from.dtype().isFloat()) {
      to.setDouble(k, from.getDouble(i));
    } else {
      to.setLong(k, from.getLong(i));
    }
  }
}
