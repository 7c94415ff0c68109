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
 *
 * <pre>{@code
 * Object y = new Minimum().invokeNested(List.of(Ops.ones(new long[] {2, 3}), Ops.ones(new long[] {2, 3})), CallArgs.of()); // (2, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Minimum extends Merge<Minimum> {
  /** With Keras's defaults. */
  public Minimum() {}

  @Override
  Tensor merge(List<Tensor> inputs) {
    return fold(Ops::minimum, inputs);
  }
}
