package org.keras4j.applications;

import java.util.List;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.ops.Ops;

/**
 * The first of two tensors plus a multiple of the second, as {@link InceptionResNetV2} adds the results of blocks to
 * their inputs.
 *
 * <p>Input shape: two of the same shape, any. Output shape: likewise. No weights.
 */
@KerasSerializable(module = "keras.src.applications.inception_resnet_v2")
public final class CustomScaleLayer extends FluentLayer<CustomScaleLayer> {
  @Config
  private double scale;

  private CustomScaleLayer() {}

  /** With this factor. */
  public CustomScaleLayer(double scale) {
    this.scale = scale;
  }

  @Override
  protected void build(List<Shape> inputs) {
    if (inputs.size() != 2) {
      throw new IllegalArgumentException(label() + ": expected two tensors, got " + inputs);
    }
  }

  @Override
  protected Tensor call(List<Tensor> inputs, CallContext context) {
    return Ops.add(inputs.get(0), Ops.multiply(inputs.get(1), scale));
  }
}
