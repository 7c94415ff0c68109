package org.keras4j.layers.initializers;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.Registry;
import org.keras4j.ops.random.RandomOps;

/**
 * An initializer whose variance depends on how many inputs or outputs a unit has.
 *
 * @param <S> the class itself
 */
public abstract class FanScaling<S extends FanScaling<S>> extends RandomInitializer<S> {
  // the standard deviation of a normal distribution cut off at two deviations
  private static final double TRUNCATED_STDDEV = 0.87962566103423978;

  @Config
  private int @Nullable [] inputAxes;

  @Config
  private int @Nullable [] outputAxes;

  FanScaling() {}

  private void axes(int @Nullable [] input, int @Nullable [] output) {
    this.inputAxes = input;
    this.outputAxes = output;
  }

  /**
   * The axes that are inputs and outputs of a unit.
   *
   * @param inputAxes the axes of the inputs; null (the default) for the last but one, times those before
   * @param outputAxes the axes of the outputs; null (the default) for the last, times those before the inputs'
   * @return this initializer
   */
  public S fanAxes(int @Nullable [] inputAxes, int @Nullable [] outputAxes) {
    return set("fanAxes", () -> axes(inputAxes, outputAxes));
  }

  /**
   * The axes that are inputs of a unit; with {@link #outputAxes}.
   *
   * @param value the axes; none for what {@link #fanAxes} says by default
   * @return this initializer
   */
  public S inputAxes(int... value) {
    return set("inputAxes", () -> inputAxes = value.length == 0 ? null : value.clone());
  }

  /**
   * The axes that are outputs of a unit; with {@link #inputAxes}.
   *
   * @param value the axes; none for what {@link #fanAxes} says by default
   * @return this initializer
   */
  public S outputAxes(int... value) {
    return set("outputAxes", () -> outputAxes = value.length == 0 ? null : value.clone());
  }

  /** Draws numbers of variance {@code scale / fan}. */
  final Tensor draw(
      Shape shape, DType dtype, double scale, String mode, String distribution, Object seed) {
    double[] fans = fans(shape);
    double fan = mode.equals("fan_in")
        ? fans[0]
        : mode.equals("fan_out") ? fans[1] : (fans[0] + fans[1]) / 2;
    double variance = scale / Math.max(1.0, fan);
    if (distribution.equals("uniform")) {
      double limit = Math.sqrt(3 * variance);
      return RandomOps.uniform(shape, -limit, limit, dtype, seed);
    }
    double stddev = Math.sqrt(variance);
    return distribution.equals("truncated_normal")
        ? RandomOps.truncatedNormal(shape, 0.0, stddev / TRUNCATED_STDDEV, dtype, seed)
        : RandomOps.normal(shape, 0.0, stddev, dtype, seed);
  }

  // inputs and outputs of a unit
  private double[] fans(Shape shape) {
    if (inputAxes != null && outputAxes != null) {
      return new double[] {product(shape, inputAxes), product(shape, outputAxes)};
    }
    int rank = shape.rank();
    if (rank == 0) {
      return new double[] {1, 1};
    }
    if (rank == 1) {
      return new double[] {shape.dim(0), shape.dim(0)};
    }
    // a kernel (spatial..., inputs, outputs)
    double window = 1;
    for (int i = 0; i < rank - 2; i++) {
      window *= shape.dim(i);
    }
    return new double[] {shape.dim(-2) * window, shape.dim(-1) * window};
  }

  private static double product(Shape shape, int[] axes) {
    double p = 1;
    for (int a : axes) {
      p *= shape.dim(a);
    }
    return p;
  }

  /** The same initializer with these axes, unless it has some. */
  public final FanScaling<?> withAxesUnlessSet(int[] input, int[] output) {
    if (inputAxes != null && outputAxes != null) {
      return this;
    }
    FanScaling<?> copy = (FanScaling<?>) Registry.instantiate(getClass());
    copy.setConfig(getConfig());
    copy.setSeed(seed());
    copy.axes(input, output);
    return copy;
  }
}
