package org.keras4j.layers.quantization;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.QuantizerOps;

/**
 * Integers in proportion to floats, the largest magnitude becoming the largest integer ({@code
 * keras.quantizers.AbsMaxQuantizer}).
 *
 * <pre>{@code
 * Quantizer quantizer = new AbsMaxQuantizer(0).valueRange(-127, 127);
 * }</pre>
 */
@KerasSerializable(module = "keras.quantizers")
public final class AbsMaxQuantizer extends Quantizer {
  @Config
  private int[] valueRange = {-127, 127};

  @Config
  private double epsilon = 1e-7;

  @Config
  private DType outputDtype = DType.INT8;

  private int @Nullable [] axis;

  /** From -127 to 127; the axes that share a scale are told in each call, or else the last. */
  public AbsMaxQuantizer() {}

  /**
   * Likewise, with these axes sharing a scale.
   *
   * @param axis the axes that scales are shared along
   */
  public AbsMaxQuantizer(int... axis) {
    this.axis = axis;
  }

  /**
   * Sets the smallest and the largest integer. @throws IllegalArgumentException if int8 does not hold them
   *
   * @param low the least
   * @param high the greatest
   * @return this layer
   */
  public AbsMaxQuantizer valueRange(int low, int high) {
    valueRange = new int[] {low, high};
    check();
    return this;
  }

  /**
   * What is added to the largest magnitude; 1e-7 by default.
   *
   * @param value 1e-7 by default
   * @return this layer
   */
  public AbsMaxQuantizer epsilon(double value) {
    epsilon = value;
    return this;
  }

  /**
   * The dtype of the integers.
   *
   * @param value {@code int8} by default
   * @return this quantizer
   * @throws IllegalArgumentException if it is none of integers, or does not hold the range
   */
  public AbsMaxQuantizer outputDtype(DType value) {
    outputDtype = value;
    check();
    return this;
  }

  /**
   * {@link #outputDtype(DType)} of a name.
   *
   * @param name {@code "int16"}
   * @return this quantizer
   * @throws IllegalArgumentException if it is none of integers, or does not hold the range
   */
  public AbsMaxQuantizer outputDtype(String name) {
    return outputDtype(DType.of(name));
  }

  private void check() {
    boolean fits = valueRange.length == 2
        && valueRange[0] < valueRange[1]
        && (outputDtype != DType.INT8 || valueRange[0] >= -128 && valueRange[1] <= 127);
    if (!outputDtype.isInteger()) {
      throw new IllegalArgumentException(
          "AbsMaxQuantizer: 'outputDtype' expects a dtype of integers, got " + outputDtype);
    }
    if (!fits) {
      throw new IllegalArgumentException("AbsMaxQuantizer: 'valueRange' expects two numbers that "
          + outputDtype + " holds, got " + java.util.Arrays.toString(valueRange));
    }
  }

  @Override
  public Quantized call(Tensor x, int... axes) {
    int[] shared = axes.length > 0 ? axes : axis == null ? new int[] {-1} : axis;
    List<Tensor> out =
        QuantizerOps.absMaxQuantize(x, shared, valueRange, outputDtype, epsilon, false);
    return new Quantized(out.get(0), out.get(1));
  }

  @Override
  public DType outputDtype() {
    return outputDtype;
  }

  @Override
  public int[] valueRange() {
    return valueRange.clone();
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    if (axis != null) {
      out.put("axis", axis);
    }
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new java.util.LinkedHashMap<>(config);
    Object given = rest.remove("axis");
    axis = given instanceof Number n
        ? new int[] {n.intValue()}
        : given instanceof List<?> l
            ? l.stream().mapToInt(x -> ((Number) x).intValue()).toArray()
            : null;
    super.setConfig(rest);
    check();
  }
}
