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

  /** The function of the output and of what enters the state; {@code "tanh"} by default. */
  public S activation(@Nullable Object value) {
    return set("activation", () -> activation = ActivationFunction.get(value));
  }

  /** Whether there is a bias; true by default. */
  public S useBias(boolean value) {
    return set("use_bias", () -> useBias = value);
  }

  /** How the kernel starts; {@code "glorot_uniform"} by default. */
  public S kernelInitializer(@Nullable Object value) {
    return set("kernel_initializer", () -> kernelInitializer = Initializer.get(value));
  }

  /** A penalty on the kernel. */
  public S kernelRegularizer(@Nullable Object value) {
    return set("kernel_regularizer", () -> kernelRegularizer = Regularizer.get(value));
  }

  /** What the kernel is confined to after each update. */
  public S kernelConstraint(@Nullable Object value) {
    return set("kernel_constraint", () -> kernelConstraint = Constraint.get(value));
  }

  /** How the recurrent kernel starts; {@code "orthogonal"} by default. */
  public S recurrentInitializer(@Nullable Object value) {
    return set("recurrent_initializer", () -> recurrentInitializer = Initializer.get(value));
  }

  /** A penalty on the recurrent kernel. */
  public S recurrentRegularizer(@Nullable Object value) {
    return set("recurrent_regularizer", () -> recurrentRegularizer = Regularizer.get(value));
  }

  /** What the recurrent kernel is confined to after each update. */
  public S recurrentConstraint(@Nullable Object value) {
    return set("recurrent_constraint", () -> recurrentConstraint = Constraint.get(value));
  }

  /** How the bias starts; {@code "zeros"} by default. */
  public S biasInitializer(@Nullable Object value) {
    return set("bias_initializer", () -> biasInitializer = Initializer.get(value));
  }

  /** A penalty on the bias. */
  public S biasRegularizer(@Nullable Object value) {
    return set("bias_regularizer", () -> biasRegularizer = Regularizer.get(value));
  }

  /** What the bias is confined to after each update. */
  public S biasConstraint(@Nullable Object value) {
    return set("bias_constraint", () -> biasConstraint = Constraint.get(value));
  }

  /** Which part of the inputs is dropped in training, the same at each step; 0 by default. */
  public S dropout(double value) {
    return set("dropout", () -> dropout = clamp(value));
  }

  /** Which part of the state is dropped in training, the same at each step; 0 by default. */
  public S recurrentDropout(double value) {
    return set("recurrent_dropout", () -> recurrentDropout = clamp(value));
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
