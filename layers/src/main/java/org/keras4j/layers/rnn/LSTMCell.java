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
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.custom.Autocast;

/**
 * A step of a long short-term memory ({@code keras.layers.LSTMCell}; Hochreiter and Schmidhuber 1997). With
 * {@code z = x @ kernel + h @ recurrentKernel + bias}, in four parts i, f, c, o: {@code c' = s(f) c + s(i)
 * t(c)}, {@code h' = s(o) t(c')}, s being the recurrent activation and t the activation.
 *
 * <p>Input shape: {@code (batch, features)}. Output shape: {@code (batch, units)}. States: h and c, both of
 * the output's shape. Weights: {@code kernel (features, 4 units)}, {@code recurrent_kernel (units, 4 units)},
 * {@code bias (4 units)}.
 *
 * <pre>{@code
 * Tensor y = new RNN(new LSTMCell(4)).invoke(Ops.ones(new long[] {32, 10, 8})); // (32, 4)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class LSTMCell extends GateCell<LSTMCell> {
  @Config
  private int units;

  @Config
  private ActivationFunction recurrentActivation = ActivationFunction.get("sigmoid");

  @Config
  private boolean unitForgetBias = true;

  private LSTMCell() {}

  /**
   * With this many units.
   *
   * @param units the length of the outputs, above 0
   */
  public LSTMCell(int units) {
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
  public LSTMCell recurrentActivation(@Nullable ActivationFunction value) {
    return set("recurrentActivation", () -> recurrentActivation = ActivationFunction.get(value));
  }

  /**
   * {@link #recurrentActivation(ActivationFunction)} of a name.
   *
   * @param name {@code "relu"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public LSTMCell recurrentActivation(@Nullable String name) {
    return recurrentActivation(ActivationFunction.named(name));
  }

  /**
   * {@link #recurrentActivation(ActivationFunction)} of a layer, which is applied to the result.
   *
   * @param layer a layer without weights, {@code new ReLU()}
   * @return this layer
   */
  public LSTMCell recurrentActivation(Layer layer) {
    return recurrentActivation(ActivationFunction.get(layer));
  }

  /**
   * Whether the forget gate's bias starts with ones.
   *
   * @param value true by default
   * @return this layer
   */
  public LSTMCell unitForgetBias(boolean value) {
    return set("unitForgetBias", () -> unitForgetBias = value);
  }

  int units() {
    return units;
  }

  ActivationFunction recurrentActivation() {
    return recurrentActivation;
  }

  @Override
  int maskCount() {
    return recurrentDropout() > 0 ? 4 : 1;
  }

  @Override
  @Nullable
  Initializer firstBias() {
    return unitForgetBias ? new ForgetBias(biasInitializer()) : biasInitializer();
  }

  @Override
  protected void build(Shape input) {
    addWeights(
        Shape.of(input.intDim(-1), 4L * units), Shape.of(units, 4L * units), Shape.of(4L * units));
  }

  @Override
  public List<?> stateShape() {
    return List.of(Shape.of(units), Shape.of(units));
  }

  @Override
  public Step step(Tensor x, List<?> states, StepContext context) {
    Tensor h = (Tensor) states.get(0);
    Tensor c = (Tensor) states.get(1);
    Tensor z = Ops.add(
        gates(x, inputMasks(context), Autocast.value(kernel()), units, 0, 4),
        gates(h, stateMasks(context), Autocast.value(recurrentKernel()), units, 0, 4));
    if (bias() != null) {
      z = Ops.add(z, bias());
    }
    return memory(z, c, units, recurrentActivation, activation());
  }

  static Step memory(
      Tensor z, Tensor c, int units, ActivationFunction gate, ActivationFunction activation) {
    Tensor i = gate.call(part(z, units, 0, 1));
    Tensor f = gate.call(part(z, units, 1, 2));
    Tensor g = activation.call(part(z, units, 2, 3));
    Tensor o = gate.call(part(z, units, 3, 4));
    Tensor next = Ops.add(Ops.multiply(f, c), Ops.multiply(i, g));
    Tensor y = Ops.multiply(o, activation.call(next));
    return new Step(y, List.of(y, next));
  }

  /** How the product with the kernel is split too, which Keras reads and which changes no result. */
  @Override
  protected Set<String> olderConfigKeys() {
    Set<String> out = new HashSet<>(super.olderConfigKeys());
    out.add("implementation");
    return out;
  }
}
