package org.keras4j.layers.rnn;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.Layer;
import org.keras4j.layers.activations.ActivationFunction;
import org.keras4j.layers.activations.Activations;
import org.keras4j.ops.custom.Autocast;
import org.keras4j.ops.internal.composite.RecurrentComposites;

/**
 * A gated recurrent unit ({@code keras.layers.GRU}); see {@link GRUCell}. With the default functions, reset
 * after, no mask, no recurrent dropout and no unrolling, whole sequences are one operation, for which
 * backends have kernels.
 *
 * <p>Input shape: {@code (batch, time, features)}; arguments {@code initial_state} and {@code mask (batch,
 * time)}. Output shape: {@code (batch, units)}, with return sequences {@code (batch, time, units)}, with
 * return state a list of that and the last state. Weights: those of the cell.
 *
 * <pre>{@code
 * Tensor y = new GRU(4).dropout(0.1).invoke(Ops.ones(new long[] {32, 10, 8})); // (32, 4)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class GRU extends KernelRNN<GRU, GRUCell> {
  private GRU() {
    this(1);
  }

  /**
   * With this many units.
   *
   * @param units the length of the outputs, above 0
   */
  public GRU(int units) {
    super(new GRUCell(units), "gru_cell", 3);
  }

  /**
   * The function of the gates.
   *
   * @param value {@code "sigmoid"} by default
   * @return this layer
   */
  public GRU recurrentActivation(@Nullable ActivationFunction value) {
    return tell("recurrentActivation", c -> c.recurrentActivation(value));
  }

  /**
   * {@link #recurrentActivation(ActivationFunction)} of a name.
   *
   * @param name {@code "relu"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public GRU recurrentActivation(@Nullable String name) {
    return recurrentActivation(ActivationFunction.named(name));
  }

  /**
   * {@link #recurrentActivation(ActivationFunction)} of a layer, which is applied to the result.
   *
   * @param layer a layer without weights, {@code new ReLU()}
   * @return this layer
   */
  public GRU recurrentActivation(Layer layer) {
    return recurrentActivation(ActivationFunction.get(layer));
  }

  /**
   * Whether the reset gate applies after the product with the recurrent kernel.
   *
   * @param value true by default
   * @return this layer
   */
  public GRU resetAfter(boolean value) {
    return tell("resetAfter", c -> c.resetAfter(value));
  }

  @Override
  Sequence run(Tensor x, List<?> first, @Nullable Tensor mask, StepContext context) {
    GRUCell c = cell();
    Tensor kernel = Autocast.value(c.kernel());
    boolean plain = c.isResetAfter() && c.recurrentActivation() == Activations.SIGMOID;
    if (!isWhole(x, kernel, mask, context, plain)) {
      return super.run(x, first, mask, context);
    }
    List<Tensor> out = RecurrentComposites.gru(
        WholeSequence.input(this, x, first, context),
        (Tensor) first.get(0),
        kernel,
        Autocast.value(c.recurrentKernel()),
        c.bias() == null ? null : Autocast.value(c.bias()));
    return new Sequence(out.get(0), out.get(1), List.of(out.get(1)));
  }
}
