package org.keras4j.layers.merging;

import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * The sum of all inputs, element by element ({@code keras.layers.Add}).
 *
 * <p>Input: a list of tensors whose shapes broadcast. Output shape: what they broadcast to.
 *
 * <pre>{@code
 * Object y = new Add().invokeNested(List.of(Ops.ones(new long[] {2, 3}), Ops.ones(new long[] {2, 3})), CallArgs.of()); // (2, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Add extends Merge<Add> {
  /** With Keras's defaults. */
  public Add() {}

  @Override
  Tensor merge(List<Tensor> inputs) {
    Tensor sum = inputs.get(0);
    for (Tensor x : inputs.subList(1, inputs.size())) {
      sum = Ops.add(sum, x);
    }
    return sum;
  }
}
