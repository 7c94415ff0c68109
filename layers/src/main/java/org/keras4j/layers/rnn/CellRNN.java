package org.keras4j.layers.rnn;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.keras4j.layers.InputSpec;

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
  public S dtype(Object policy) {
    cell.dtype(policy);
    return super.dtype(policy);
  }

  /** Changes a setting of the cell. */
  final S tell(Consumer<C> setting) {
    setting.accept(cell);
    return self();
  }

  /** The function of the output and of what enters the state; {@code "tanh"} by default. */
  public S activation(@Nullable Object value) {
    return tell(c -> c.activation(value));
  }

  /** Whether there is a bias; true by default. */
  public S useBias(boolean value) {
    return tell(c -> c.useBias(value));
  }

  /** How the kernel starts; {@code "glorot_uniform"} by default. */
  public S kernelInitializer(@Nullable Object value) {
    return tell(c -> c.kernelInitializer(value));
  }

  /** How the recurrent kernel starts; {@code "orthogonal"} by default. */
  public S recurrentInitializer(@Nullable Object value) {
    return tell(c -> c.recurrentInitializer(value));
  }

  /** How the bias starts; {@code "zeros"} by default. */
  public S biasInitializer(@Nullable Object value) {
    return tell(c -> c.biasInitializer(value));
  }

  /** A penalty on the kernel. */
  public S kernelRegularizer(@Nullable Object value) {
    return tell(c -> c.kernelRegularizer(value));
  }

  /** A penalty on the recurrent kernel. */
  public S recurrentRegularizer(@Nullable Object value) {
    return tell(c -> c.recurrentRegularizer(value));
  }

  /** A penalty on the bias. */
  public S biasRegularizer(@Nullable Object value) {
    return tell(c -> c.biasRegularizer(value));
  }

  /** What the kernel is confined to after each update. */
  public S kernelConstraint(@Nullable Object value) {
    return tell(c -> c.kernelConstraint(value));
  }

  /** What the recurrent kernel is confined to after each update. */
  public S recurrentConstraint(@Nullable Object value) {
    return tell(c -> c.recurrentConstraint(value));
  }

  /** What the bias is confined to after each update. */
  public S biasConstraint(@Nullable Object value) {
    return tell(c -> c.biasConstraint(value));
  }

  /** Which part of the inputs is dropped in training, the same at each step; 0 by default. */
  public S dropout(double value) {
    return tell(c -> c.dropout(value));
  }

  /** Which part of the state is dropped in training, the same at each step; 0 by default. */
  public S recurrentDropout(double value) {
    return tell(c -> c.recurrentDropout(value));
  }

  /** The seed of the dropouts, an integer; null (the default) for a random one. */
  public S seed(@Nullable Number value) {
    return tell(c -> c.seed(value));
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
