package org.keras4j.layers.rnn;

import java.util.List;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.custom.Autocast;

/**
 * A step of a fully connected recurrent network ({@code keras.layers.SimpleRNNCell}): {@code h' =
 * activation(x @ kernel + h @ recurrentKernel + bias)}, which is output and state.
 *
 * <p>Input shape: {@code (batch, features)}. Output and state shape: {@code (batch, units)}. Weights: {@code
 * kernel (features, units)}, {@code recurrent_kernel (units, units)}, {@code bias (units)}.
 *
 * <pre>{@code
 * Tensor y = new RNN(new SimpleRNNCell(4)).invoke(Ops.ones(new long[] {32, 10, 8})); // (32, 4)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class SimpleRNNCell extends GateCell<SimpleRNNCell> {
  @Config
  private int units;

  private SimpleRNNCell() {}

  /**
   * With this many units.
   *
   * @param units the length of the outputs, above 0
   */
  public SimpleRNNCell(int units) {
    this.units = units;
    configured();
  }

  @Override
  protected void configured() {
    super.configured();
    Extent.of(label() + " units", 1, 1, units);
  }

  @Override
  int maskCount() {
    return 1;
  }

  @Override
  protected void build(Shape input) {
    addWeights(Shape.of(input.intDim(-1), units), Shape.of(units, units), Shape.of(units));
  }

  @Override
  public List<?> stateShape() {
    return List.of(Shape.of(units));
  }

  @Override
  public Step step(Tensor x, List<?> states, StepContext context) {
    Tensor y = gates(x, inputMasks(context), Autocast.value(kernel()), units, 0, 1);
    if (bias() != null) {
      y = Ops.add(y, bias());
    }
    Tensor h = (Tensor) states.get(0);
    y = Ops.add(y, gates(h, stateMasks(context), Autocast.value(recurrentKernel()), units, 0, 1));
    y = activation().call(y);
    return new Step(y, List.of(y));
  }
}
