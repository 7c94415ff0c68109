package org.keras4j.layers.merging;

import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * The smallest of all inputs, element by element ({@code keras.layers.Minimum}). Masked steps of an input
 * are passed over.
 *
 * <p>Input: a list of tensors whose shapes broadcast. Output shape: what they broadcast to.
 */
@KerasSerializable(module = "keras.layers")
public final class Minimum extends Merge<Minimum> {
  public Minimum() {}

  @Override
  Tensor merge(List<Tensor> inputs) {
    return fold(Ops::minimum, inputs);
  }
}
