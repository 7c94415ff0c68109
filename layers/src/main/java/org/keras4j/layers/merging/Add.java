package org.keras4j.layers.merging;

import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * The sum of all inputs, element by element ({@code keras.layers.Add}).
 *
 * <p>Input: a list of tensors whose shapes broadcast. Output shape: what they broadcast to.
 */
@KerasSerializable(module = "keras.layers")
public final class Add extends Merge<Add> {
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
