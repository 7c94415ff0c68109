package org.keras4j.layers.normalization;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.ops.Ops;

/**
 * Scales each sample to mean square 1 along axes, then by learned numbers ({@code
 * keras.layers.RMSNormalization}; Zhang and Sennrich 2019, arXiv:1910.07467): {@code x / sqrt(mean(x^2) +
 * epsilon) * scale}.
 *
 * <p>Input and output shape: any. Weights: {@code scale}, of the sizes of the axes.
 *
 * <pre>{@code
 * Tensor y = new RMSNormalization().invoke(Ops.ones(new long[] {2, 3})); // (2, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RMSNormalization extends FluentLayer<RMSNormalization> {
  // an integer, or a list of them
  @Config
  private Object axis = -1;

  @Config
  private double epsilon = 1e-6;

  private @Nullable Variable scale;

  /** Along the last axis. */
  public RMSNormalization() {}

  /**
   * The axes that are normalized.
   *
   * @param value one or several, which may be negative; the last by default
   * @return this layer
   */
  public RMSNormalization axis(int... value) {
    return set("axis", () -> axis = value.length == 1 ? (Object) value[0] : AxisList.of(value));
  }

  /**
   * What is added to the mean square.
   *
   * @param value 1e-6 by default
   * @return this layer
   */
  public RMSNormalization epsilon(double value) {
    return set("epsilon", () -> epsilon = value);
  }

  @Override
  protected void build(Shape input) {
    List<Integer> axes = AxisList.sorted(label(), axis);
    axis = axes;
    Shape sizes = AxisList.sizes(label(), input, axes);
    scale = addWeight("scale", sizes, "ones");
    inputSpec(AxisList.inputs(axes, sizes));
  }

  @Override
  protected Tensor call(Tensor x) {
    return Ops.rmsNormalization(x, scale, axis, epsilon);
  }
}
