package org.keras4j.layers.merging;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Layers that make one tensor of a list of tensors.
 *
 * @param <S> the class itself
 */
public abstract class Merge<S extends Merge<S>> extends FluentLayer<S> {
  Merge() {
    supportsMasking(true);
  }

  /** The result for tensors of one rank. */
  abstract Tensor merge(List<Tensor> inputs);

  @Override
  protected void build(Shape input) {
    throw new IllegalArgumentException(label() + ": expected a list of tensors, got one " + input);
  }

  @Override
  protected void build(List<Shape> inputs) {
    checkBatch(inputs);
    Shape rest = inputs.get(0).slice(1);
    for (Shape s : inputs.subList(1, inputs.size())) {
      try {
        rest = Shape.broadcast(rest, s.slice(1));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            label() + ": expected shapes that broadcast, got " + inputs, e);
      }
    }
  }

  final void checkBatch(List<Shape> inputs) {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException(label() + ": expected at least one tensor, got none");
    }
    Set<Long> batches = new HashSet<>();
    for (Shape s : inputs) {
      if (s.rank() > 0 && s.dim(0) >= 0) {
        batches.add(s.dim(0));
      }
    }
    if (batches.size() > 1) {
      throw new IllegalArgumentException(
          label() + ": expected one batch size, got shapes " + inputs);
    }
  }

  @Override
  protected Tensor call(List<Tensor> inputs, CallContext context) {
    int rank = inputs.stream().mapToInt(Tensor::rank).max().orElse(0);
    List<Tensor> same = new ArrayList<>();
    for (Tensor x : inputs) {
      same.add(raised(x, rank));
    }
    return merge(same);
  }

  /** The tensor with axes of size 1 put after the batch axis; its mask stays. */
  private static Tensor raised(Tensor x, int rank) {
    if (x.rank() == rank) {
      return x;
    }
    int[] axes = new int[rank - x.rank()];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = i + 1;
    }
    return Prims.expandDims(x, axes);
  }

  /** Folds the inputs; where one of them is masked, it is passed over. */
  static Tensor fold(BinaryOperator<Tensor> op, List<Tensor> inputs) {
    Tensor out = inputs.get(0);
    Tensor outMask = mask(out);
    for (Tensor x : inputs.subList(1, inputs.size())) {
      Tensor mask = mask(x);
      Tensor next = mask == null ? x : Ops.where(mask, x, out);
      Tensor before = outMask == null ? out : Ops.where(outMask, out, next);
      outMask = mask != null && outMask != null ? Ops.logicalOr(outMask, mask) : null;
      out = op.apply(before, next);
    }
    if (outMask != null) {
      out.setKerasMask(Prims.reduce(ReduceKind.OR, outMask, -1));
    }
    return out;
  }

  /** The mask that an input carries, of its shape; null for none. */
  static @Nullable Tensor mask(Tensor x) {
    Tensor mask = x.kerasMask();
    return mask == null ? null : Prims.broadcastLike(Prims.expandDims(mask, -1), x);
  }

  @Override
  protected @Nullable Object computeMask(@Nullable Object inputs, @Nullable Object previousMask) {
    if (!(previousMask instanceof List<?> masks) || masks.contains(null)) {
      return null;
    }
    Tensor out = null;
    for (Object m : masks) {
      out = out == null ? (Tensor) m : Ops.logicalOr(out, m);
    }
    return out;
  }
}
