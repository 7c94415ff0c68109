package org.keras4j.layers.rnn;

import java.util.Map;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * A fully connected recurrent network ({@code keras.layers.SimpleRNN}); see {@link SimpleRNNCell}.
 *
 * <p>Input shape: {@code (batch, time, features)}; arguments {@code initial_state} and {@code mask (batch,
 * time)}. Output shape: {@code (batch, units)}, with return sequences {@code (batch, time, units)}, with
 * return state a list of that and the last state. Weights: those of the cell.
 *
 * <pre>{@code
 * Tensor y = new SimpleRNN(4).invoke(Ops.ones(new long[] {32, 10, 8})); // (32, 4)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class SimpleRNN extends CellRNN<SimpleRNN, SimpleRNNCell> {
  private SimpleRNN() {
    this(1);
  }

  /**
   * With this many units.
   *
   * @param units the length of the outputs, above 0
   */
  public SimpleRNN(int units) {
    super(new SimpleRNNCell(units), "simple_rnn_cell", 3);
  }

  /** Keras leaves the seed out. */
  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    out.remove("seed");
    return out;
  }
}
