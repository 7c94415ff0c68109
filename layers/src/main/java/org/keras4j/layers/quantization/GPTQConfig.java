package org.keras4j.layers.quantization;

import java.util.LinkedHashMap;
import java.util.Map;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.ConfigFields;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Weights of 2, 3, 4 or 8 bits, rounded one input after the other while those of later inputs make up for what is lost
 * ({@code keras.quantizers.GPTQConfig}; Frantar et al. 2022, arXiv:2210.17323). For Dense and EinsumDense.
 *
 * <pre>{@code
 * QuantizationConfig config = new GPTQConfig(new float[128][16]).groupSize(64);
 * }</pre>
 */
@KerasSerializable(module = "keras.quantizers")
public final class GPTQConfig extends CalibratedConfig<GPTQConfig> {
  @Config
  private int weightBits = 4;

  @Config
  private boolean perChannel = true;

  @Config
  private double hessianDamping = 0.01;

  @Config
  private boolean symmetric;

  @Config
  private boolean activationOrder;

  private GPTQConfig() {
    super(null);
  }

  /**
   * Of four bits, in groups of 128.
   *
   * @param dataset inputs of the model, as {@code predict} takes them: the first axes count samples
   */
  public GPTQConfig(Object dataset) {
    super(dataset);
  }

  /**
   * How many bits an integer has.
   *
   * @param value 2, 3, 4 (the default) or 8
   * @return this config
   */
  public GPTQConfig weightBits(int value) {
    mutable("weightBits");
    weightBits = value;
    check();
    return this;
  }

  /**
   * Whether each output has a scale of its own.
   *
   * @param value true by default; else all share that of a group
   * @return this config
   */
  public GPTQConfig perChannel(boolean value) {
    mutable("perChannel");
    perChannel = value;
    return this;
  }

  /**
   * What is added to the diagonal of the inputs' second moments, as a share of its mean.
   *
   * @param value from 0 to 1; 0.01 by default
   * @return this config
   */
  public GPTQConfig hessianDamping(double value) {
    mutable("hessianDamping");
    hessianDamping = value;
    check();
    return this;
  }

  /**
   * Whether ranges reach as far below 0 as above.
   *
   * @param value false by default
   * @return this config
   */
  public GPTQConfig symmetric(boolean value) {
    mutable("symmetric");
    symmetric = value;
    return this;
  }

  /**
   * Whether the weights of the largest inputs are rounded first.
   *
   * @param value false by default
   * @return this config
   */
  public GPTQConfig activationOrder(boolean value) {
    mutable("activationOrder");
    activationOrder = value;
    return this;
  }

  private void check() {
    require(
        "'weightBits' expects 2, 3, 4 or 8, got " + weightBits,
        weightBits >= 2 && weightBits <= 4 || weightBits == 8);
    require(
        "'hessianDamping' expects a number from 0 to 1, got " + hessianDamping,
        hessianDamping >= 0 && hessianDamping <= 1);
  }

  @Override
  public String mode() {
    return "gptq";
  }

  @Override
  public int weightBits() {
    return weightBits;
  }

  boolean isPerChannel() {
    return perChannel;
  }

  double hessianDamping() {
    return hessianDamping;
  }

  boolean isSymmetric() {
    return symmetric;
  }

  boolean isActivationOrder() {
    return activationOrder;
  }

  @Override
  public Calibration calibration(int inputs) {
    return new GPTQ(this, inputs);
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = new LinkedHashMap<>();
    startConfig(out);
    out.put("per_channel", perChannel);
    out.put("sequence_length", sequenceLength());
    out.put("hessian_damping", hessianDamping);
    out.put("group_size", groupSize());
    out.put("symmetric", symmetric);
    out.put("activation_order", activationOrder);
    endConfig(out);
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    ConfigFields.write(this, readConfig(config));
    check();
  }
}
