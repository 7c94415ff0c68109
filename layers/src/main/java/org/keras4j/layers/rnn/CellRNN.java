package org.keras4j.layers.rnn;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.keras4j.layers.DTypePolicy;
import org.keras4j.layers.InputSpec;
import org.keras4j.layers.Layer;
import org.keras4j.layers.activations.ActivationFunction;
import org.keras4j.layers.constraints.Constraint;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.regularizers.Regularizer;

/**
 * Recurrent layers with a cell of the library, whose settings are theirs.
 *
 * @param <S> the class itself
 * @param <C> the cell's class
 */
public abstract class CellRNN<S extends CellRNN<S, C>, C extends GateCell<C>> extends BaseRNN<S> {
  private static final Set<String> OWN = Set.of(
      "name",
      "trainable",
      "dtype",
      "activity_regularizer",
      "return_sequences",
      "return_state",
      "go_backwards",
      "stateful",
      "unroll",
      "zero_output_for_mask");

  private final C cell;

  CellRNN(C cell, String cellName, int inputRank) {
    this.cell = track("cell", cell.name(cellName));
    inputSpec(new InputSpec().ndim(inputRank));
  }

  @Override
  public final C cell() {
    return cell;
  }

  @Override
  public S dtype(@Nullable DTypePolicy policy) {
    set("dtype", () -> cell.dtype(policy));
    return super.dtype(policy);
  }

  /** Changes a setting of the cell. */
  final S tell(String setting, Consumer<C> assignment) {
    return set(setting, () -> assignment.accept(cell));
  }

  /**
   * The function of the output and of what enters the state.
   *
   * @param value {@code "tanh"} by default
   * @return this layer
   */
  public S activation(@Nullable ActivationFunction value) {
    return tell("activation", c -> c.activation(value));
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
    return tell("useBias", c -> c.useBias(value));
  }

  /**
   * How the kernel starts.
   *
   * @param value {@code "glorot_uniform"} by default; null for none
   * @return this layer
   */
  public S kernelInitializer(@Nullable Initializer value) {
    return tell("kernelInitializer", c -> c.kernelInitializer(value));
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
   * How the recurrent kernel starts.
   *
   * @param value {@code "orthogonal"} by default; null for none
   * @return this layer
   */
  public S recurrentInitializer(@Nullable Initializer value) {
    return tell("recurrentInitializer", c -> c.recurrentInitializer(value));
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
   * How the bias starts.
   *
   * @param value {@code "zeros"} by default; null for none
   * @return this layer
   */
  public S biasInitializer(@Nullable Initializer value) {
    return tell("biasInitializer", c -> c.biasInitializer(value));
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
   * A penalty on the kernel.
   *
   * @param value none by default
   * @return this layer
   */
  public S kernelRegularizer(@Nullable Regularizer value) {
    return tell("kernelRegularizer", c -> c.kernelRegularizer(value));
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
   * A penalty on the recurrent kernel.
   *
   * @param value none by default
   * @return this layer
   */
  public S recurrentRegularizer(@Nullable Regularizer value) {
    return tell("recurrentRegularizer", c -> c.recurrentRegularizer(value));
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
   * A penalty on the bias.
   *
   * @param value none by default
   * @return this layer
   */
  public S biasRegularizer(@Nullable Regularizer value) {
    return tell("biasRegularizer", c -> c.biasRegularizer(value));
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
   * What the kernel is confined to after each update.
   *
   * @param value none by default
   * @return this layer
   */
  public S kernelConstraint(@Nullable Constraint value) {
    return tell("kernelConstraint", c -> c.kernelConstraint(value));
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
   * What the recurrent kernel is confined to after each update.
   *
   * @param value none by default
   * @return this layer
   */
  public S recurrentConstraint(@Nullable Constraint value) {
    return tell("recurrentConstraint", c -> c.recurrentConstraint(value));
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
   * What the bias is confined to after each update.
   *
   * @param value none by default
   * @return this layer
   */
  public S biasConstraint(@Nullable Constraint value) {
    return tell("biasConstraint", c -> c.biasConstraint(value));
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
    return tell("dropout", c -> c.dropout(value));
  }

  /**
   * Which part of the state is dropped in training, the same at each step.
   *
   * @param value 0 by default
   * @return this layer
   */
  public S recurrentDropout(double value) {
    return tell("recurrentDropout", c -> c.recurrentDropout(value));
  }

  /**
   * The seed of the dropouts, an integer.
   *
   * @param value null (the default) for a random one
   * @return this layer
   */
  public S seed(@Nullable Number value) {
    return tell("seed", c -> c.seed(value));
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    out.put("activity_regularizer", activityRegularizer());
    Map<String, Object> ofCell = cell.getConfig();
    ofCell.keySet().removeIf(this::isOwn);
    out.putAll(ofCell);
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> own = new LinkedHashMap<>();
    Map<String, Object> ofCell = new LinkedHashMap<>();
    Set<String> known = cell.getConfig().keySet();
    config.forEach((k, v) -> {
      boolean cells = known.contains(k) || cell.readsConfigKey(k) && !readsConfigKey(k);
      (isOwn(k) || !cells ? own : ofCell).put(k, v);
    });
    ofCell.put("trainable", config.getOrDefault("trainable", true));
    if (config.get("dtype") != null) {
      ofCell.put("dtype", config.get("dtype"));
    }
    cell.setConfig(ofCell);
    setOwnConfig(own);
  }

  /** Takes what is not the cell's. */
  void setOwnConfig(Map<String, Object> own) {
    super.setConfig(own);
  }

  /** Whether an entry of the config is not the cell's, though the cell may have one of that name. */
  boolean isOwn(String key) {
    return OWN.contains(key);
  }
}
