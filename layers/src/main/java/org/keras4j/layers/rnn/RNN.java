package org.keras4j.layers.rnn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.Layer;

/**
 * Steps a cell over the time axis ({@code keras.layers.RNN}).
 *
 * <p>Input shape: {@code (batch, time, ...)}; arguments {@code initial_state} (the cell's states) and {@code
 * mask (batch, time)}: a masked step repeats the output before (or gives 0) and leaves the states alone.
 * Output shape: {@code (batch, units)}, with return sequences {@code (batch, time, units)}, with return state
 * a list of that and the last states. Weights: those of the cell.
 *
 * <pre>{@code
 * Tensor y = new RNN(List.of(new LSTMCell(8), new LSTMCell(4))).invoke(Ops.ones(new long[] {32, 10, 8})); // (32, 4)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RNN extends BaseRNN<RNN> {
  private @Nullable RNNCell cell;

  private RNN() {}

  /**
   * Of a cell.
   *
   * @param cell a layer that is an {@link RNNCell}
   * @throws IllegalArgumentException if it is none
   */
  public RNN(Layer cell) {
    use(cell);
  }

  /**
   * Of several cells, each fed with the output of the one before.
   *
   * @param cells the cells, from the first to the last
   */
  public RNN(List<? extends Layer> cells) {
    this(new StackedRNNCells(cells));
  }

  private void use(Layer layer) {
    if (!(layer instanceof RNNCell c)) {
      throw new IllegalArgumentException(
          label() + ": expected a layer that is an RNNCell, got " + layer);
    }
    this.cell = c;
    track("cell", layer);
  }

  @Override
  public RNNCell cell() {
    return Objects.requireNonNull(cell);
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    out.put("cell", cell);
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    if (!(rest.remove("cell") instanceof Layer l)) {
      throw new IllegalArgumentException(
          label() + ": config expects 'cell' to be a layer, got " + config.get("cell"));
    }
    use(l);
    super.setConfig(rest);
  }
}
