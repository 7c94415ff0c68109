package org.keras4j.layers.normalization;

import java.util.List;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Shifts and scales each sample to mean 0 and variance 1 along axes, then by learned numbers ({@code
 * keras.layers.LayerNormalization}; Ba et al. 2016, arXiv:1607.06450): {@code (x - mean) / sqrt(variance +
 * epsilon) * gamma + beta}.
 *
 * <p>Input and output shape: any. Weights: {@code gamma} and {@code beta}, of the sizes of the axes.
 *
 * <pre>{@code
 * Tensor y = new LayerNormalization().epsilon(1e-6).invoke(Ops.ones(new long[] {2, 3})); // (2, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class LayerNormalization extends ScaleAndCenter<LayerNormalization> {
  // an integer, or a list of them
  @Config
  private Object axis = -1;

  @Config
  private boolean rmsScaling;

  /** Along the last axis. */
  public LayerNormalization() {
    supportsMasking(true);
    autocast(false);
  }

  /**
   * The axes that are normalized.
   *
   * @param value one or several, which may be negative; the last by default
   * @return this layer
   */
  public LayerNormalization axis(int... value) {
    return set("axis", () -> axis = value.length == 1 ? (Object) value[0] : AxisList.of(value));
  }

  @Override
  protected void build(Shape input) {
    List<Integer> axes = AxisList.sorted(label(), axis);
    axis = axes;
    Shape shape = AxisList.sizes(label(), input, axes);
    addScale(shape);
    if (!rmsScaling) {
      addOffset(shape);
    }
    inputSpec(AxisList.inputs(axes, shape));
  }

  @Override
  protected Tensor call(Tensor x) {
    Tensor y = Ops.layerNormalization(x, gamma(), beta(), axis, epsilon(), rmsScaling);
    return Prims.convert(y, computeDtype());
  }

  @Override
  protected boolean actsOnSamplesAlone() {
    return true;
  }
}
