package org.keras4j.layers.merging;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * The inputs one after the other along an axis ({@code keras.layers.Concatenate}).
 *
 * <p>Input: a list of tensors that agree on all other axes. Output shape: theirs, with the sum of the sizes
 * on the axis.
 *
 * <pre>{@code
 * Object y = new Concatenate(-1).invokeNested(List.of(Ops.ones(new long[] {2, 3}), Ops.ones(new long[] {2, 4})), CallArgs.of()); // (2, 7)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Concatenate extends Merge<Concatenate> {
  @Config
  private int axis = -1;

  /** Along the last axis. */
  public Concatenate() {}

  /**
   * Along this axis, which may be negative.
   *
   * @param axis the axis, or the axes, which may be negative
   */
  public Concatenate(int axis) {
    this.axis = axis;
  }

  /**
   * The axis.
   *
   * @param value -1 by default
   * @return this layer
   */
  public Concatenate axis(int value) {
    return set("axis", () -> axis = value);
  }

  @Override
  protected void build(List<Shape> inputs) {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException(label() + ": expected at least one tensor, got none");
    }
    Shape first = inputs.get(0);
    for (Shape s : inputs) {
      boolean fits = s.rank() == first.rank() && s.without(axis).isCompatible(first.without(axis));
      if (!fits) {
        throw new IllegalArgumentException(
            label() + ": expected shapes that agree on all axes but " + axis + ", got " + inputs);
      }
    }
  }

  @Override
  protected Tensor call(List<Tensor> inputs, CallContext context) {
    return merge(inputs);
  }

  @Override
  Tensor merge(List<Tensor> inputs) {
    return Ops.concatenate(inputs, axis);
  }

  @Override
  protected @Nullable Object computeMask(@Nullable Object inputs, @Nullable Object previousMask) {
    if (!(previousMask instanceof List<?> masks) || masks.stream().allMatch(m -> m == null)) {
      return null;
    }
    List<Tensor> parts = new ArrayList<>();
    for (int i = 0; i < masks.size(); i++) {
      Tensor x = (Tensor) ((List<?>) given(inputs)).get(i);
      Tensor m = (Tensor) masks.get(i);
      if (m == null) {
        parts.add(Prims.fullLike(x, DType.BOOL, 1));
      } else {
        parts.add(m.rank() < x.rank() ? Prims.broadcastLike(Prims.expandDims(m, -1), x) : m);
      }
    }
    return Prims.reduce(ReduceKind.OR, Prims.concat(parts, axis), -1);
  }
}
