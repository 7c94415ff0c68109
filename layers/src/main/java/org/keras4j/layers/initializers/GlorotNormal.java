package org.keras4j.layers.initializers;

import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Truncated normal numbers of mean 0 and variance {@code 2 / (inputs + outputs)}, cut off at two standard deviations
 * ({@code keras.initializers.GlorotNormal}; Glorot and Bengio 2010, <a
 * href="https://proceedings.mlr.press/v9/glorot10a.html">Understanding the difficulty of training deep feedforward
 * neural networks</a>).
 *
 * <p>A kernel has the shape {@code (spatial..., inputs, outputs)}; its inputs and outputs are those two times the
 * spatial sizes, unless {@link #fanAxes} says otherwise.
 *
 * <pre>{@code
 * var layer = new Dense(3).kernelInitializer(new GlorotNormal().seed(1));
 * }</pre>
 */
@KerasSerializable(module = "keras.initializers")
public final class GlorotNormal extends FanScaling<GlorotNormal> {
  @Override
  Tensor call(Shape shape, DType dtype, Object seed) {
    return draw(shape, dtype, 1.0, "fan_avg", "truncated_normal", seed);
  }
}
