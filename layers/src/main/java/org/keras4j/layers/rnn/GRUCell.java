package org.keras4j.layers.rnn;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.Layer;
import org.keras4j.layers.activations.ActivationFunction;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.custom.Autocast;
import org.keras4j.ops.internal.engine.Prims;

/**
 * A step of a gated recurrent unit ({@code keras.layers.GRUCell}; Cho et al. 2014, arXiv:1406.1078). With
 * gates z (update) and r (reset): {@code h' = z h + (1 - z) g}, where the candidate is {@code g =
 * activation(x @ W + r * (h @ U + b))}, or with {@code resetAfter(false)} {@code activation(x @ W + (r * h) @
 * U)}.
 *
 * <p>Input shape: {@code (batch, features)}. Output and state shape: {@code (batch, units)}. Weights: {@code
 * kernel (features, 3 units)}, {@code recurrent_kernel (units, 3 units)}, {@code bias (2, 3 units)}, or
 * {@code (3 units)} without reset after.
 *
 * <pre>{@code
 * Tensor y = new RNN(new GRUCell(4)).invoke(Ops.ones(new long[] {32, 10, 8})); // (32, 4)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class GRUCell extends GateCell<GRUCell> {
  @Config
  private int units;

  @Config
  private ActivationFunction recurrentActivation = ActivationFunction.get("sigmoid");

  @Config
  private boolean resetAfter = true;

  private GRUCell() {}

  /**
   * With this many units.
   *
   * @param units the length of the outputs, above 0
   */
  public GRUCell(int units) {
    this.units = units;
    configured();
  }

  @Override
  protected void configured() {
    super.configured();
    Extent.of(label() + " units", 1, 1, units);
  }

  /**
   * The function of the gates.
   *
   * @param value {@code "sigmoid"} by default
   * @return this layer
   */
  public GRUCell recurrentActivation(@Nullable ActivationFunction value) {
    return set("recurrentActivation", () -> recurrentActivation = ActivationFunction.get(value));
  }

  /**
   * {@link #recurrentActivation(ActivationFunction)} of a name.
   *
   * @param name {@code "relu"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public GRUCell recurrentActivation(@Nullable String name) {
    return recurrentActivation(ActivationFunction.named(name));
  }

  /**
   * {@link #recurrentActivation(ActivationFunction)} of a layer, which is applied to the result.
   *
   * @param layer a layer without weights, {@code new ReLU()}
   * @return this layer
   */
  public GRUCell recurrentActivation(Layer layer) {
    return recurrentActivation(ActivationFunction.get(layer));
  }

  /**
   * Whether the reset gate applies after the product with the recurrent kernel.
   *
   * @param value true by default
   * @return this layer
   */
  public GRUCell resetAfter(boolean value) {
    return set("resetAfter", () -> resetAfter = value);
  }

  int units() {
    return units;
  }

  ActivationFunction recurrentActivation() {
    return recurrentActivation;
  }

  boolean isResetAfter() {
    return resetAfter;
  }

  @Override
  int maskCount() {
    return recurrentDropout() > 0 ? 3 : 1;
  }

  @Override
  protected void build(Shape input) {
    addWeights(
        Shape.of(input.intDim(-1), 3L * units),
        Shape.of(units, 3L * units),
        resetAfter ? Shape.of(2, 3L * units) : Shape.of(3L * units));
  }

  @Override
  public List<?> stateShape() {
    return List.of(Shape.of(units));
  }

  @Override
  public Step step(Tensor x, List<?> states, StepContext context) {
    Tensor h = (Tensor) states.get(0);
    Tensor a = gates(x, inputMasks(context), Autocast.value(kernel()), units, 0, 3);
    Tensor weights = Autocast.value(recurrentKernel());
    List<Tensor> masks = stateMasks(context);
    Tensor b = gates(h, masks, weights, units, 0, resetAfter ? 3 : 2);
    if (bias() != null) {
      Tensor v = Autocast.value(bias());
      a = Ops.add(a, resetAfter ? row(v, 0) : v);
      b = resetAfter ? Ops.add(b, row(v, 1)) : b;
    }
    ActivationFunction s = recurrentActivation;
    Tensor z = s.call(Ops.add(part(a, units, 0, 1), part(b, units, 0, 1)));
    Tensor r = s.call(Ops.add(part(a, units, 1, 2), part(b, units, 1, 2)));
    Tensor inner;
    if (resetAfter) {
      inner = Ops.multiply(r, part(b, units, 2, 3));
    } else {
      Tensor masked = masks == null ? h : Ops.multiply(h, masks.get(masks.size() - 1));
      inner = Ops.matmul(Ops.multiply(r, masked), part(weights, units, 2, 3));
    }
    Tensor g = activation().call(Ops.add(part(a, units, 2, 3), inner));
    Tensor y = Ops.add(Ops.multiply(z, h), Ops.multiply(Ops.subtract(1, z), g));
    return new Step(y, List.of(y));
  }

  private static Tensor row(Tensor bias, int i) {
    return Prims.reshape(Prims.slice(bias, 0, i, i + 1), -1);
  }

  /** How the product with the kernel is split too, which Keras reads and which changes no result. */
  @Override
  protected Set<String> olderConfigKeys() {
    Set<String> out = new HashSet<>(super.olderConfigKeys());
    out.add("implementation");
    return out;
  }
}
