package org.keras4j.layers.quantization;

import java.util.LinkedHashMap;
import java.util.Map;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.ConfigFields;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Weights of four bits, those that meet large inputs scaled up before they are rounded ({@code
 * keras.quantizers.AWQConfig}; Lin et al. 2023, arXiv:2306.00978). For Dense and EinsumDense.
 *
 * <pre>{@code
 * QuantizationConfig config = new AWQConfig(new float[128][16]).groupSize(64);
 * }</pre>
 */
@KerasSerializable(module = "keras.quantizers")
public final class AWQConfig extends CalibratedConfig<AWQConfig> {
  private static final int BITS = 4;

  @Config
  private int numGridPoints = 20;

  private AWQConfig() {
    super(null);
  }

  /**
   * In groups of 128.
   *
   * @param dataset inputs of the model, as {@code predict} takes them: the first axes count samples
   */
  public AWQConfig(Object dataset) {
    super(dataset);
  }

  /**
   * How many powers of the inputs' magnitudes are tried besides the power of 0.
   *
   * @param value above 0; 20 by default
   * @return this config
   */
  public AWQConfig numGridPoints(int value) {
    mutable("numGridPoints");
    numGridPoints = value;
    check();
    return this;
  }

  private void check() {
    require("'numGridPoints' expects a positive integer, got " + numGridPoints, numGridPoints > 0);
  }

  @Override
  public String mode() {
    return "awq";
  }

  @Override
  public int weightBits() {
    return BITS;
  }

  int numGridPoints() {
    return numGridPoints;
  }

  @Override
  public Calibration calibration(int inputs) {
    return new AWQ(this, inputs);
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = new LinkedHashMap<>();
    startConfig(out);
    out.put("sequence_length", sequenceLength());
    out.put("group_size", groupSize());
    out.put("num_grid_points", numGridPoints);
    endConfig(out);
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = readConfig(config);
    Object bits = rest.remove("weight_bits");
    require(
        "'weight_bits' expects 4, got " + bits,
        bits == null || bits.equals(BITS) || bits instanceof Number n && n.intValue() == BITS);
    ConfigFields.write(this, rest);
    check();
  }
}
