package org.keras4j.ops.internal.arguments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Iota;
import org.keras4j.core.primitive.ReshapeTo;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/**
 * The dimensions of a result: numbers, or integer tensors of a graph, which tell them when it runs.
 *
 * @param shape unknown where a tensor tells
 * @param told an int32 scalar for each unknown dimension, in order
 */
public record Dimensions(Shape shape, List<Tensor> told) {
  /**
   * Reads an argument.
   *
   * @param dims a shape, an integer, an array or a list, in which integer scalars of a graph may stand, or an
   *     integer vector of known length
   * @throws IllegalArgumentException if it is something else, or a number is negative
   */
  public static Dimensions of(String op, @Nullable Object dims) {
    List<?> parts = parts(op, dims);
    if (parts == null) {
      return new Dimensions(checked(op, Shape.of(Axes.longs(dims))), List.of());
    }
    long[] known = new long[parts.size()];
    List<Tensor> told = new ArrayList<>();
    for (int i = 0; i < known.length; i++) {
      if (isOpen(parts.get(i))) {
        known[i] = Shape.UNKNOWN;
        told.add(scalar(op, ArrayLike.tensor(parts.get(i))));
      } else {
        known[i] = Axes.longInteger(parts.get(i));
        checked(op, Shape.of(known[i]));
      }
    }
    return new Dimensions(Shape.of(known), told);
  }

  private static Shape checked(String op, Shape s) {
    if (!s.isKnown()) {
      throw new IllegalArgumentException(op + ": expected a known shape, got " + s);
    }
    return s;
  }

  /** The dimensions one by one, where tensors of a graph are among them; otherwise null. */
  public static @Nullable List<?> parts(String op, @Nullable Object dims) {
    if (isOpen(dims)) {
      Tensor t = ArrayLike.tensor(dims);
      if (t.rank() == 0) {
        return List.of(t);
      }
      if (t.rank() != 1 || t.shape().dim(0) < 0 || !t.dtype().isInteger()) {
        throw new IllegalArgumentException(
            op + ": expected an integer vector of known length for a shape, got " + t.spec());
      }
      List<Tensor> out = new ArrayList<>();
      for (int i = 0; i < t.shape().dim(0); i++) {
        out.add(Prims.reshape(Prims.slice(t, 0, i, i + 1L)));
      }
      return out;
    }
    List<?> list =
        dims instanceof Object[] o ? Arrays.asList(o) : dims instanceof List<?> l ? l : List.of();
    return list.stream().anyMatch(Dimensions::isOpen) ? list : null;
  }

  /** Whether it is a tensor whose numbers are known only when the graph runs. */
  public static boolean isOpen(@Nullable Object x) {
    return (x instanceof Tensor || x instanceof Variable)
        && ArrayLike.known(ArrayLike.tensor(x)) == null;
  }

  /** A size that a tensor of a graph tells, as an int32 scalar. */
  public static Tensor scalar(String op, Tensor t) {
    if (t.rank() != 0 || !t.dtype().isInteger()) {
      throw new IllegalArgumentException(
          op + ": expected an integer scalar for a dimension, got " + t.spec());
    }
    return Prims.convert(t, DType.INT32);
  }

  /** These and one more, the last. */
  public Dimensions and(long size) {
    return new Dimensions(shape.insert(shape.rank(), size), told);
  }

  /** How many elements they are together, as an int32 scalar. */
  public Tensor elements() {
    long known = 1;
    for (long d : shape.toArray()) {
      known = d < 0 ? known : Math.multiplyExact(known, d);
    }
    Tensor n = Prims.scalar(DType.INT32, known);
    for (Tensor t : told) {
      n = Prims.mul(n, t);
    }
    return n;
  }

  /** The elements of a vector, in this shape. */
  public Tensor arrange(Tensor vector) {
    if (areKnown()) {
      return Prims.reshape(vector, shape);
    }
    List<Tensor> in = new ArrayList<>(List.of(vector));
    in.addAll(told);
    return Engine.bind(new ReshapeTo(shape), in).get(0);
  }

  public boolean areKnown() {
    return told.isEmpty();
  }

  /** One value everywhere. */
  public Tensor full(DType dtype, double value) {
    return areKnown() ? Prims.full(shape, dtype, value) : repeat(Prims.scalar(dtype, value));
  }

  /** The elements repeated to this shape, whose last axes are those of {@code x}. */
  public Tensor repeat(Tensor x) {
    if (x.rank() > shape.rank()) {
      throw new IllegalArgumentException("shape " + x.shape() + " does not broadcast to " + shape);
    }
    if (areKnown()) {
      return Prims.broadcastTo(x, shape);
    }
    List<Tensor> in = new ArrayList<>(List.of(x));
    in.addAll(told);
    IntList axes = IntList.range(shape.rank() - x.rank(), shape.rank());
    return Engine.bind(new BroadcastInDim(shape, axes), in).get(0);
  }

  /** Counts from 0 along an axis, in int32. */
  public Tensor iota(int axis) {
    return Engine.bind1(new Iota(shape, axis, DType.INT32), told.toArray(Tensor[]::new));
  }
}
