package org.keras4j.layers.merging;

import java.util.List;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * The first of two inputs minus the second ({@code keras.layers.Subtract}).
 *
 * <p>Input: a list of two tensors whose shapes broadcast. Output shape: what they broadcast to.
 *
 * <pre>{@code
 * Object y = new Subtract().invokeNested(List.of(Ops.ones(new long[] {2, 3}), Ops.ones(new long[] {2, 3})), CallArgs.of()); // (2, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Subtract extends Merge<Subtract> {
  /** With Keras's defaults. */
  public Subtract() {}

  @Override
  protected void build(List<Shape> inputs) {
    super.build(inputs);
    if (inputs.size() != 2) {
      throw new IllegalArgumentException(
          label() + ": expected exactly 2 inputs, got shapes " + inputs);
    }
  }

  @Override
  Tensor merge(List<Tensor> inputs) {
    if (inputs.size() != 2) {
      throw new IllegalArgumentException(
          label() + ": expected exactly 2 inputs, got " + inputs.size());
    }
    return Ops.subtract(inputs.get(0), inputs.get(1));
  }
}
