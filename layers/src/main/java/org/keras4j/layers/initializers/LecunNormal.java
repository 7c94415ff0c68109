package org.keras4j.layers.initializers;

import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Truncated normal numbers of mean 0 and variance {@code 1 / inputs}, cut off at two standard deviations ({@code
 * keras.initializers.LecunNormal}; LeCun et al. 1998, Efficient BackProp).
 *
 * <p>A kernel has the shape {@code (spatial..., inputs, outputs)}; its inputs and outputs are those two times the
 * spatial sizes, unless {@link #fanAxes} says otherwise.
 *
 * <pre>{@code
 * var layer = new Dense(3).kernelInitializer(new LecunNormal().seed(1));
 * }</pre>
 */
@KerasSerializable(module = "keras.initializers")
public final class LecunNormal extends FanScaling<LecunNormal> {
  @Override
  Tensor call(Shape shape, DType dtype, Object seed) {
    return draw(shape, dtype, 1.0, "fan_in", "truncated_normal", seed);
  }
}
