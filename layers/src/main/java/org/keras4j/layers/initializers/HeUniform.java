package org.keras4j.layers.initializers;

import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Uniform numbers from {@code -limit} to {@code limit} with {@code limit = sqrt(6 / inputs)} ({@code
 * keras.initializers.HeUniform}; He et al. 2015, <a href="https://arxiv.org/abs/1502.01852">Delving Deep into
 * Rectifiers</a>).
 *
 * <p>A kernel has the shape {@code (spatial..., inputs, outputs)}; its inputs and outputs are those two times the
 * spatial sizes, unless {@link #fanAxes} says otherwise.
 *
 * <pre>{@code
 * var layer = new Dense(3).kernelInitializer(new HeUniform().seed(1));
 * }</pre>
 */
@KerasSerializable(module = "keras.initializers")
public final class HeUniform extends FanScaling<HeUniform> {
  @Override
  Tensor call(Shape shape, DType dtype, Object seed) {
    return draw(shape, dtype, 2.0, "fan_in", "uniform", seed);
  }
}
