package org.keras4j.applications;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.initializers.Constant;
import org.keras4j.ops.Ops;

/**
 * Multiplies each channel by a learned factor that starts near 0 (Touvron et al. 2021, arXiv:2103.17239), as {@link
 * ConvNeXt} does with the results of blocks.
 *
 * <p>Input and output shape: {@code (batch, ..., channels)}. Weights: the factors, {@code (channels)}.
 */
@KerasSerializable(module = "keras.src.applications.convnext")
public final class LayerScale extends FluentLayer<LayerScale> {
  @Config
  private double initValues;

  @Config
  private int projectionDim;

  private @Nullable Variable gamma;

  private LayerScale() {}

  /**
   * With these settings.
   *
   * @param initValues what all factors start as
   * @param projectionDim the number of channels
   * @throws IllegalArgumentException if there is no channel
   */
  public LayerScale(double initValues, int projectionDim) {
    this.initValues = initValues;
    this.projectionDim = projectionDim;
    configured();
  }

  @Override
  protected void configured() {
    if (projectionDim < 1) {
      throw new IllegalArgumentException(
          label() + ": 'projection_dim' expects a positive integer, got " + projectionDim);
    }
  }

  @Override
  protected void build(Shape input) {
    if (input.last() != projectionDim) {
      throw new IllegalArgumentException(
          label() + ": expected " + projectionDim + " channels, got input shape " + input);
    }
    gamma = addWeight("variable", Shape.of(projectionDim), new Constant(initValues));
  }

  @Override
  protected Tensor call(Tensor x) {
    return Ops.multiply(x, Objects.requireNonNull(gamma));
  }
}
