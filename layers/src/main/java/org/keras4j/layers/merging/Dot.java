package org.keras4j.layers.merging;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Products of two inputs summed along an axis of each, one sample after the other ({@code
 * keras.layers.Dot}).
 *
 * <p>Input: a list of two tensors {@code (batch, ...)} that agree in size on the axes. Output shape: {@code
 * (batch, other axes of the first, other axes of the second)}; {@code (batch, 1)} if there are none.
 *
 * <pre>{@code
 * Object y = new Dot(1).invokeNested(List.of(Ops.ones(new long[] {2, 3}), Ops.ones(new long[] {2, 3})), CallArgs.of()); // (2, 1)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Dot extends Merge<Dot> {
  // an integer for both, or two
  @Config
  private Object axes = -1;

  @Config
  private boolean normalize;

  private Dot() {}

  /**
   * Along the same axis of both, which may be negative.
   *
   * @param axis the axis, or the axes, which may be negative
   */
  public Dot(int axis) {
    this.axes = axis;
  }

  /**
   * Along an axis of each.
   *
   * @param first the axis of the first input
   * @param second the axis of the second input
   */
  public Dot(int first, int second) {
    this.axes = List.of(first, second);
  }

  /**
   * Whether the inputs are scaled to norm 1 along the axis before, which makes it the cosine.
   *
   * @param value false by default
   * @return this layer
   */
  public Dot normalize(boolean value) {
    return set("normalize", () -> normalize = value);
  }

  @Override
  protected void configured() {
    boolean two =
        axes instanceof List<?> l && l.size() == 2 && l.stream().allMatch(x -> x instanceof Number);
    if (!two && !(axes instanceof Number)) {
      throw new IllegalArgumentException(
          label() + ": 'axes' expects one or two integers, got " + axes);
    }
  }

  private int axis(int input, int rank) {
    Object a = axes instanceof List<?> l ? l.get(input) : axes;
    int i = ((Number) a).intValue();
    int at = i < 0 ? i + rank : i;
    if (at <= 0 || at >= rank) {
      throw new IllegalArgumentException(label() + ": axis " + i + " of input " + input
          + " must be among the " + (rank - 1) + " axes after the batch axis");
    }
    return at;
  }

  @Override
  protected void build(List<Shape> inputs) {
    if (inputs.size() != 2) {
      throw new IllegalArgumentException(
          label() + ": expected exactly 2 inputs, got shapes " + inputs);
    }
    checkBatch(inputs);
    Shape a = inputs.get(0);
    Shape b = inputs.get(1);
    long m = a.dim(axis(0, a.rank()));
    long n = b.dim(axis(1, b.rank()));
    if (m >= 0 && n >= 0 && m != n) {
      throw new IllegalArgumentException(
          label() + ": expected the same size on axes " + axes + ", got shapes " + inputs);
    }
  }

  @Override
  protected Tensor call(List<Tensor> inputs, CallContext context) {
    return merge(inputs);
  }

  @Override
  Tensor merge(List<Tensor> inputs) {
    if (inputs.size() != 2) {
      throw new IllegalArgumentException(
          label() + ": expected exactly 2 inputs, got " + inputs.size());
    }
    Tensor a = inputs.get(0);
    Tensor b = inputs.get(1);
    int i = axis(0, a.rank());
    int j = axis(1, b.rank());
    if (normalize) {
      a = unit(a, i);
      b = unit(b, j);
    }
    Tensor y = Prims.dot(a, b, new int[] {0}, new int[] {0}, new int[] {i}, new int[] {j}, null);
    return y.rank() == 1 ? Prims.expandDims(y, 1) : y;
  }

  private static Tensor unit(Tensor x, int axis) {
    Tensor norm = Ops.sqrt(Ops.sum(Ops.square(x), axis, true));
    return Ops.divide(x, Ops.maximum(norm, 1e-12));
  }

  @Override
  protected @Nullable Object computeMask(@Nullable Object inputs, @Nullable Object previousMask) {
    return null;
  }
}
