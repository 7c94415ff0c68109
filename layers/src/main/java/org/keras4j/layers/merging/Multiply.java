package org.keras4j.layers.merging;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * The product of all inputs, element by element ({@code keras.layers.Multiply}). Masked steps of an input
 * count as 1, and the product is 0 where all inputs are masked.
 *
 * <p>Input: a list of tensors whose shapes broadcast. Output shape: what they broadcast to.
 *
 * <pre>{@code
 * Object y = new Multiply().invokeNested(List.of(Ops.ones(new long[] {2, 3}), Ops.ones(new long[] {2, 3})), CallArgs.of()); // (2, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Multiply extends Merge<Multiply> {
  /** With Keras's defaults. */
  public Multiply() {}

  @Override
  Tensor merge(List<Tensor> inputs) {
    Tensor out = inputs.get(0);
    Tensor outMask = mask(out);
    out = factor(out, outMask);
    for (Tensor x : inputs.subList(1, inputs.size())) {
      Tensor mask = mask(x);
      out = Ops.multiply(out, factor(x, mask));
      outMask = mask != null && outMask != null ? Ops.logicalOr(outMask, mask) : null;
    }
    if (outMask != null) {
      out = Ops.where(outMask, out, Prims.scalarLike(out, 0));
      out.setKerasMask(Prims.reduce(ReduceKind.OR, outMask, -1));
    }
    return out;
  }

  private static Tensor factor(Tensor x, @Nullable Tensor mask) {
    return mask == null ? x : Ops.where(mask, x, Prims.scalarLike(x, 1));
  }
}
