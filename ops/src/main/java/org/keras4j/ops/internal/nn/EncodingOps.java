package org.keras4j.ops.internal.nn;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.SparseCodes;

/** Encodings of numbers: one-hot and multi-hot vectors, polar coordinates, blocks of space as depth. */
public final class EncodingOps {
  private EncodingOps() {}

  /** {@link #oneHot(Object, int, int, Object, boolean)} along a new last axis, of floatx. */
  public static Tensor oneHot(Object x, int numClasses) {
    return oneHot(x, numClasses, -1, null, false);
  }

  /** {@link #oneHot(Object, int, int, Object, boolean)} along a new last axis. */
  public static Tensor oneHot(Object x, int numClasses, @Nullable Object dtype) {
    return oneHot(x, numClasses, -1, dtype, false);
  }

  /**
   * A vector with 1 at each number's place and 0 elsewhere ({@code keras.ops.one_hot}); all 0 where the
   * number is no class, as a fraction or a number with an imaginary part is none.
   *
   * @param x numbers from 0 to {@code numClasses - 1}, of any shape
   * @param numClasses size of the vectors
   * @param axis where the new axis stands, -1 for last
   * @param dtype null for floatx
   * @param sparse whether the result is a sparse tensor
   * @return the shape of x with the new axis
   */
  public static Tensor oneHot(
      Object x, int numClasses, int axis, @Nullable Object dtype, boolean sparse) {
    return Op.call(
        "ops.one_hot",
        a -> {
          Tensor t = a.tensor(0);
          int at = place(a, t, a.integer(1), a.integer(2));
          return a.flag(4)
              ? SparseCodes.oneHot(t, a.integer(1), at, Dtypes.orFloatx(a.get(3)))
              : hot(t, a.integer(1), at, a.get(3));
        },
        x,
        numClasses,
        axis,
        dtype,
        sparse);
  }

  /** Where the axis of classes stands. */
  private static int place(Op.Args a, Tensor x, int classes, int axis) {
    int rank = x.rank();
    if (axis < -rank - 1 || axis > rank) {
      throw new IllegalArgumentException(
          a.name() + ": axis must be -1 or from 0 to " + rank + ", got " + axis);
    }
    if (classes < 0) {
      throw new IllegalArgumentException(
          a.name() + ": num_classes must be at least 0, got " + classes);
    }
    return axis < 0 ? axis + rank + 1 : axis;
  }

  private static Tensor hot(Tensor x, int classes, int at, @Nullable Object dtype) {
    int rank = x.rank();
    boolean whole = x.dtype().isInteger() || x.dtype().isBool();
    Tensor n = whole ? Prims.convert(x, DType.INT32) : x;
    long[] d = new long[rank + 1];
    java.util.Arrays.fill(d, 1);
    d[at] = classes;
    DType counted = n.dtype().isComplex() ? DType.FLOAT32 : n.dtype();
    Tensor each = Prims.convert(Prims.iota(Shape.of(d), at, counted), n.dtype());
    return Prims.convert(Prims.eq(Prims.expandDims(n, at), each), Dtypes.orFloatx(dtype));
  }

  /** {@link #multiHot(Object, Integer, int, Object, boolean)} along the last axis, of floatx. */
  public static Tensor multiHot(Object inputs, Integer numClasses) {
    return multiHot(inputs, numClasses, -1, null, false);
  }

  /**
   * A vector with 1 at the places of a set of numbers and 0 elsewhere ({@code keras.ops.multi_hot}).
   *
   * @param inputs a set of class numbers {@code (n,)}, or one a row {@code (batch, n, ...)}
   * @param numClasses size of the vectors
   * @param axis where the axis of classes stands before the sets are united, -1 for last
   * @param dtype null for floatx
   * @param sparse whether the result is a sparse tensor; then of {@code (n,)} or {@code (batch, n)}, along the last axis
   * @return {@code (numClasses,)}, or {@code (batch, numClasses)}
   */
  public static Tensor multiHot(
      Object inputs, Integer numClasses, int axis, @Nullable Object dtype, boolean sparse) {
    return Op.call(
        "ops.multi_hot",
        a -> {
          Object classes = a.get(1);
          if (classes == null) {
            throw new IllegalArgumentException(a.name() + ": num_classes must be given");
          }
          // a float's fraction does not count
          Tensor numbers = Prims.convert(a.tensor(0), DType.INT32);
          int at = place(a, numbers, (Integer) classes, a.integer(2));
          if (a.flag(4)) {
            if (at != numbers.rank()) {
              throw new IllegalArgumentException(
                  a.name() + ": sparse codes have the classes last, got axis " + a.integer(2));
            }
            DType d = Dtypes.orFloatx(a.get(3));
            return SparseCodes.multiHot(numbers, (Integer) classes, d);
          }
          Tensor hot = hot(numbers, (Integer) classes, at, a.get(3));
          return Prims.reduce(ReduceKind.MAX, hot, a.spec(0).rank() > 1 ? 1 : 0);
        },
        inputs,
        numClasses,
        axis,
        dtype,
        sparse);
  }

  /**
   * Complex numbers of the given moduli and angles ({@code keras.ops.polar}).
   *
   * @param abs moduli
   * @param angle in radians; broadcasts with the moduli
   * @return complex64, of float64 complex128
   */
  public static Tensor polar(Object abs, Object angle) {
    return Op.call(
        "ops.polar",
        a -> {
          List<Tensor> t = Dtypes.common(a.tensor(0), a.tensor(1));
          Tensor re = Prims.mul(t.get(0), Prims.unary(UnaryKind.COS, t.get(1)));
          Tensor im = Prims.mul(t.get(0), Prims.unary(UnaryKind.SIN, t.get(1)));
          DType wide = re.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
          return Prims.binary(BinaryKind.COMPLEX, Prims.convert(re, wide), Prims.convert(im, wide));
        },
        abs,
        angle);
  }
}
