package org.keras4j.layers.initializers;

import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Truncated normal numbers of mean 0 and variance {@code 2 / inputs}, cut off at two standard deviations ({@code
 * keras.initializers.HeNormal}; He et al. 2015, <a href="https://arxiv.org/abs/1502.01852">Delving Deep into
 * Rectifiers</a>).
 *
 * <p>A kernel has the shape {@code (spatial..., inputs, outputs)}; its inputs and outputs are those two times the
 * spatial sizes, unless {@link #fanAxes} says otherwise.
 *
 * <pre>{@code
 * var layer = new Dense(3).kernelInitializer(new HeNormal().seed(1));
 * }</pre>
 */
@KerasSerializable(module = "keras.initializers")
public final class HeNormal extends FanScaling<HeNormal> {
  @Override
  Tensor call(Shape shape, DType dtype, Object seed) {
    return draw(shape, dtype, 2.0, "fan_in", "truncated_normal", seed);
  }
}
