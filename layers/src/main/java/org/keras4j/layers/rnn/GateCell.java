package org.keras4j.layers.rnn;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.Layer;
import org.keras4j.layers.SeededLayer;
import org.keras4j.layers.WeightOptions;
import org.keras4j.layers.activations.ActivationFunction;
import org.keras4j.layers.constraints.Constraint;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.regularizers.Regularizer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.random.RandomOps;

/**
 * The cells of the library: a kernel for the input, one for the state, and a bias, each for all gates.
 *
 * @param <S> the class itself
 */
public abstract class GateCell<S extends GateCell<S>> extends SeededLayer<S> implements RNNCell {
  @Config
  private ActivationFunction activation = ActivationFunction.get("tanh");

  @Config
  private boolean useBias = true;

  @Config
  private @Nullable Initializer kernelInitializer = Initializer.get("glorot_uniform");

  @Config
  private @Nullable Regularizer kernelRegularizer;

  @Config
  private @Nullable Constraint kernelConstraint;

  @Config
  private @Nullable Initializer recurrentInitializer = Initializer.get("orthogonal");

  @Config
  private @Nullable Regularizer recurrentRegularizer;

  @Config
  private @Nullable Constraint recurrentConstraint;

  @Config
  private @Nullable Initializer biasInitializer = Initializer.get("zeros");

  @Config
  private @Nullable Regularizer biasRegularizer;

  @Config
  private @Nullable Constraint biasConstraint;

  @Config
  private double dropout;

  @Config
  private double recurrentDropout;

  private @Nullable Variable kernel;
  private @Nullable Variable recurrentKernel;
  private @Nullable Variable bias;

  GateCell() {}

  /**
   * The function of the output and of what enters the state.
   *
   * @param value {@code "tanh"} by default
   * @return this layer
   */
  public S activation(@Nullable ActivationFunction value) {
    return set("activation", () -> activation = ActivationFunction.get(value));
  }

  /**
   * {@link #activation(ActivationFunction)} of a name.
   *
   * @param name {@code "relu"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S activation(@Nullable String name) {
    return activation(ActivationFunction.named(name));
  }

  /**
   * {@link #activation(ActivationFunction)} of a layer, which is applied to the result.
   *
   * @param layer a layer without weights, {@code new ReLU()}
   * @return this layer
   */
  public S activation(Layer layer) {
    return activation(ActivationFunction.get(layer));
  }

  /**
   * Whether there is a bias.
   *
   * @param value true by default
   * @return this layer
   */
  public S useBias(boolean value) {
    return set("useBias", () -> useBias = value);
  }

  /**
   * How the kernel starts.
   *
   * @param value {@code "glorot_uniform"} by default; null for none
   * @return this layer
   */
  public S kernelInitializer(@Nullable Initializer value) {
    return set("kernelInitializer", () -> kernelInitializer = value);
  }

  /**
   * {@link #kernelInitializer(Initializer)} of a name.
   *
   * @param name {@code "he_normal"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S kernelInitializer(@Nullable String name) {
    return kernelInitializer(Initializer.named(name));
  }

  /**
   * A penalty on the kernel.
   *
   * @param value none by default
   * @return this layer
   */
  public S kernelRegularizer(@Nullable Regularizer value) {
    return set("kernelRegularizer", () -> kernelRegularizer = value);
  }

  /**
   * {@link #kernelRegularizer(Regularizer)} of a name.
   *
   * @param name {@code "l2"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S kernelRegularizer(@Nullable String name) {
    return kernelRegularizer(Regularizer.named(name));
  }

  /**
   * What the kernel is confined to after each update.
   *
   * @param value none by default
   * @return this layer
   */
  public S kernelConstraint(@Nullable Constraint value) {
    return set("kernelConstraint", () -> kernelConstraint = value);
  }

  /**
   * {@link #kernelConstraint(Constraint)} of a name.
   *
   * @param name {@code "max_norm"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S kernelConstraint(@Nullable String name) {
    return kernelConstraint(Constraint.named(name));
  }

  /**
   * How the recurrent kernel starts.
   *
   * @param value {@code "orthogonal"} by default; null for none
   * @return this layer
   */
  public S recurrentInitializer(@Nullable Initializer value) {
    return set("recurrentInitializer", () -> recurrentInitializer = value);
  }

  /**
   * {@link #recurrentInitializer(Initializer)} of a name.
   *
   * @param name {@code "he_normal"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S recurrentInitializer(@Nullable String name) {
    return recurrentInitializer(Initializer.named(name));
  }

  /**
   * A penalty on the recurrent kernel.
   *
   * @param value none by default
   * @return this layer
   */
  public S recurrentRegularizer(@Nullable Regularizer value) {
    return set("recurrentRegularizer", () -> recurrentRegularizer = value);
  }

  /**
   * {@link #recurrentRegularizer(Regularizer)} of a name.
   *
   * @param name {@code "l2"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S recurrentRegularizer(@Nullable String name) {
    return recurrentRegularizer(Regularizer.named(name));
  }

  /**
   * What the recurrent kernel is confined to after each update.
   *
   * @param value none by default
   * @return this layer
   */
  public S recurrentConstraint(@Nullable Constraint value) {
    return set("recurrentConstraint", () -> recurrentConstraint = value);
  }

  /**
   * {@link #recurrentConstraint(Constraint)} of a name.
   *
   * @param name {@code "max_norm"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S recurrentConstraint(@Nullable String name) {
    return recurrentConstraint(Constraint.named(name));
  }

  /**
   * How the bias starts.
   *
   * @param value {@code "zeros"} by default; null for none
   * @return this layer
   */
  public S biasInitializer(@Nullable Initializer value) {
    return set("biasInitializer", () -> biasInitializer = value);
  }

  /**
   * {@link #biasInitializer(Initializer)} of a name.
   *
   * @param name {@code "he_normal"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S biasInitializer(@Nullable String name) {
    return biasInitializer(Initializer.named(name));
  }

  /**
   * A penalty on the bias.
   *
   * @param value none by default
   * @return this layer
   */
  public S biasRegularizer(@Nullable Regularizer value) {
    return set("biasRegularizer", () -> biasRegularizer = value);
  }

  /**
   * {@link #biasRegularizer(Regularizer)} of a name.
   *
   * @param name {@code "l2"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S biasRegularizer(@Nullable String name) {
    return biasRegularizer(Regularizer.named(name));
  }

  /**
   * What the bias is confined to after each update.
   *
   * @param value none by default
   * @return this layer
   */
  public S biasConstraint(@Nullable Constraint value) {
    return set("biasConstraint", () -> biasConstraint = value);
  }

  /**
   * {@link #biasConstraint(Constraint)} of a name.
   *
   * @param name {@code "max_norm"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S biasConstraint(@Nullable String name) {
    return biasConstraint(Constraint.named(name));
  }

  /**
   * Which part of the inputs is dropped in training, the same at each step.
   *
   * @param value 0 by default
   * @return this layer
   */
  public S dropout(double value) {
    return set("dropout", () -> dropout = clamp(value));
  }

  /**
   * Which part of the state is dropped in training, the same at each step.
   *
   * @param value 0 by default
   * @return this layer
   */
  public S recurrentDropout(double value) {
    return set("recurrentDropout", () -> recurrentDropout = clamp(value));
  }

  private static double clamp(double rate) {
    return Math.min(1, Math.max(0, rate));
  }

  @Override
  protected void configured() {
    dropout = clamp(dropout);
    recurrentDropout = clamp(recurrentDropout);
    super.configured();
  }

  final ActivationFunction activation() {
    return activation;
  }

  final boolean isUseBias() {
    return useBias;
  }

  final double dropout() {
    return dropout;
  }

  final double recurrentDropout() {
    return recurrentDropout;
  }

  final @Nullable Initializer biasInitializer() {
    return biasInitializer;
  }

  /** The kernel; the layer must be built. */
  public final Variable kernel() {
    return Objects.requireNonNull(kernel, () -> label() + " is not built");
  }

  /** The recurrent kernel; the layer must be built. */
  public final Variable recurrentKernel() {
    return Objects.requireNonNull(recurrentKernel, () -> label() + " is not built");
  }

  /** The bias, or null. */
  public final @Nullable Variable bias() {
    return bias;
  }

  final void addWeights(Shape kernelShape, Shape recurrentShape, Shape biasShape) {
    kernel = addWeight(
        "kernel",
        kernelShape,
        WeightOptions.initializer(kernelInitializer)
            .regularizer(kernelRegularizer)
            .constraint(kernelConstraint));
    recurrentKernel = addWeight(
        "recurrent_kernel",
        recurrentShape,
        WeightOptions.initializer(recurrentInitializer)
            .regularizer(recurrentRegularizer)
            .constraint(recurrentConstraint));
    if (useBias) {
      bias = addWeight(
          "bias",
          biasShape,
          WeightOptions.initializer(firstBias())
              .regularizer(biasRegularizer)
              .constraint(biasConstraint));
    }
  }

  /** How the bias of all gates starts. */
  @Nullable
  Initializer firstBias() {
    return biasInitializer;
  }

  /** How many dropout masks there are: 1 for all gates, or one each. */
  abstract int maskCount();

  @Override
  public final void prepare(Tensor firstInput, List<?> states, StepContext context) {
    if (dropout > 0) {
      context.keep(this, "input", masks(firstInput, dropout));
    }
    if (recurrentDropout > 0) {
      context.keep(this, "state", masks((Tensor) states.get(0), recurrentDropout));
    }
  }

  private List<Tensor> masks(Tensor like, double rate) {
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < maskCount(); i++) {
      out.add(RandomOps.dropout(Prims.onesLike(like), rate, generator()));
    }
    return out;
  }

  /** The factors of the input for each gate, or null: one for all, or one each. */
  final @Nullable List<Tensor> inputMasks(StepContext context) {
    return context.kept(this, "input");
  }

  /** The factors of the state for each gate, or null. */
  final @Nullable List<Tensor> stateMasks(StepContext context) {
    return context.kept(this, "state");
  }

  /** {@code x @ weights} for gates {@code from} to {@code to} of so many, each with its mask. */
  final Tensor gates(
      Tensor x, @Nullable List<Tensor> masks, Tensor weights, int units, int from, int to) {
    if (masks == null || masks.size() == 1) {
      Tensor in = masks == null ? x : Ops.multiply(x, masks.get(0));
      return Ops.matmul(in, part(weights, units, from, to));
    }
    List<Tensor> out = new ArrayList<>();
    for (int i = from; i < to; i++) {
      out.add(Ops.matmul(Ops.multiply(x, masks.get(i)), part(weights, units, i, i + 1)));
    }
    return Prims.concat(out, -1);
  }

  /** Gates {@code from} to {@code to} of the last axis. */
  static Tensor part(Tensor x, int units, int from, int to) {
    long low = (long) from * units;
    long high = (long) to * units;
    return low == 0 && high == x.shape().last() ? x : Prims.slice(x, -1, low, high);
  }

  @Override
  protected List<String> callArguments() {
    return List.of("inputs", "states", "training");
  }

  @Override
  protected List<String> buildArguments() {
    return List.of("inputs");
  }

  /** One step by itself, from the input and the argument {@code states}: the output and the new states. */
  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    Tensor x = single(inputs);
    Object given = context.get("states");
    List<?> states = given instanceof List<?> l
        ? l
        : given != null ? List.of(given) : initialState(s -> BaseRNN.zeros(x, s, computeDtype()));
    if (states.size() != stateShape().size()) {
      throw new IllegalArgumentException(
          label() + ": expected " + stateShape().size() + " states, got " + states.size());
    }
    StepContext c = new StepContext(context.training());
    if (c.training()) {
      prepare(x, states, c);
    }
    Step s = step(x, states, c);
    return List.of(s.output(), s.states());
  }
}
