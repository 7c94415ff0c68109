package org.keras4j.layers.merging;

import java.util.List;
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
    boolean all = inputs.stream().allMatch(x -> x.kerasMask() != null);
    Tensor out = null;
    Tensor outMask = null;
    for (Tensor x : inputs) {
      Tensor factor = x;
      if (x.kerasMask() != null) {
        Tensor mask = Prims.broadcastLike(Prims.expandDims(x.kerasMask(), -1), x);
        factor = Ops.where(mask, x, Prims.scalarLike(x, 1));
        outMask = outMask == null ? mask : Ops.logicalOr(outMask, mask);
      }
      out = out == null ? factor : Ops.multiply(out, factor);
    }
    if (all) {
      out = Ops.where(outMask, out, Prims.scalarLike(out, 0));
      out.setKerasMask(Prims.reduce(ReduceKind.OR, outMask, -1));
    }
    return out;
  }
}
