package org.keras4j.layers.quantization;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Fluent;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.Layer;

/**
 * How layers are quantized that look at their inputs first: a model runs on data, one block of layers after the other,
 * so that each sees what the quantized ones before it give ({@code keras.quantizers.GPTQConfig} and {@code AWQConfig}).
 * Kernels become unsigned integers with scales and zero points of each output and each group of inputs.
 *
 * @param <S> the class itself
 */
public abstract sealed class CalibratedConfig<S extends CalibratedConfig<S>>
    extends QuantizationConfig implements Fluent<S> permits GPTQConfig, AWQConfig {
  private @Nullable Object dataset;
  private int numSamples = 128;
  private int sequenceLength = 512; // what Keras cuts texts to, and writes
  private int groupSize = 128;
  private @Nullable List<Layer> blocks;
  private @Nullable Object structure;
  private boolean used;

  CalibratedConfig(@Nullable Object dataset) {
    super(null, null);
    this.dataset = dataset;
  }

  @SuppressWarnings("unchecked")
  private S self() {
    return (S) this;
  }

  /** How many bits an integer has. */
  public abstract int weightBits();

  /** What gathers what has to be known of a layer's inputs. */
  public abstract Calibration calibration(int inputs);

  /** Mode, bits and size of groups, as dtype policies name them: {@code "gptq/4/128"}. */
  public final String policyMode() {
    return mode() + "/" + weightBits() + "/" + groupSize;
  }

  /**
   * How many samples of the data are looked at.
   *
   * @param value above 0; 128 by default
   * @return this config
   */
  public S numSamples(int value) {
    mutable("numSamples");
    require("'numSamples' expects a positive integer, got " + value, value > 0);
    numSamples = value;
    return self();
  }

  /**
   * How many inputs share a scale.
   *
   * @param value 128 by default; -1 for all
   * @return this config
   */
  public S groupSize(int value) {
    mutable("groupSize");
    require("'groupSize' expects -1 or a positive integer, got " + value, value == -1 || value > 0);
    groupSize = value;
    return self();
  }

  /**
   * The blocks that are quantized one after the other, all layers of one at once ({@code quantization_layer_structure} of
   * Keras, whose first layers need not be told).
   *
   * @param value layers inside the model, in the order in which they run; by default its own ones
   * @return this config
   */
  public S blocks(List<? extends Layer> value) {
    mutable("blocks");
    blocks = List.copyOf(value);
    return self();
  }

  /** The data that layers see: inputs of the model, nested as it takes them; null for none. */
  public final @Nullable Object dataset() {
    return dataset;
  }

  /** How many samples of the data are looked at. */
  public final int numSamples() {
    return numSamples;
  }

  /** How many inputs share a scale; -1 for all. */
  public final int groupSize() {
    return groupSize;
  }

  /** The blocks that are quantized one after the other; null for the model's own layers. */
  public final @Nullable List<Layer> blocks() {
    return blocks;
  }

  /** Says that the config is in use, so that setters throw from now on. */
  public final void use() {
    used = true;
  }

  /** The same settings without the data, as files have them; what layers keep. */
  @SuppressWarnings("unchecked")
  public final S withoutData() {
    S copy =
        (S) Serializer.fromConfig((Class<? extends CalibratedConfig<?>>) getClass(), getConfig());
    copy.use();
    return copy;
  }

  final void mutable(String setting) {
    if (used) {
      throw Fluent.tooLate(getClass().getSimpleName(), "config", setting);
    }
  }

  final void startConfig(Map<String, Object> out) {
    out.put("dataset", null); // as Keras: needed once only
    out.put("tokenizer", null);
    out.put("weight_bits", weightBits());
    out.put("num_samples", numSamples);
  }

  final void endConfig(Map<String, Object> out) {
    out.put("quantization_layer_structure", structure);
  }

  final int sequenceLength() {
    return sequenceLength;
  }

  /** Takes the entries that both kinds have; those that are left are the class's own. */
  final Map<String, Object> readConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    dataset = rest.remove("dataset");
    Object tokenizer = rest.remove("tokenizer");
    require("a config holds no data, got " + dataset, dataset == null && tokenizer == null);
    structure = rest.remove("quantization_layer_structure");
    if (rest.remove("num_samples") instanceof Number n) {
      numSamples(n.intValue());
    }
    if (rest.remove("group_size") instanceof Number n) {
      groupSize(n.intValue());
    }
    if (rest.remove("sequence_length") instanceof Number n) {
      sequenceLength = n.intValue();
      require("'sequence_length' expects a positive integer, got " + n, sequenceLength > 0);
    }
    return rest;
  }
}
