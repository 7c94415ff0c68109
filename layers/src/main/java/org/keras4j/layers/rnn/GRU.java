package org.keras4j.layers.rnn;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
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
 */
@KerasSerializable(module = "keras.layers")
public final class GRU extends KernelRNN<GRU, GRUCell> {
  private GRU() {
    this(1);
  }

  /** With this many units. */
  public GRU(int units) {
    super(new GRUCell(units), "gru_cell", 3);
  }

  /** The function of the gates; {@code "sigmoid"} by default. */
  public GRU recurrentActivation(@Nullable Object value) {
    return tell(c -> c.recurrentActivation(value));
  }

  /** Whether the reset gate applies after the product with the recurrent kernel; true by default. */
  public GRU resetAfter(boolean value) {
    return tell(c -> c.resetAfter(value));
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
