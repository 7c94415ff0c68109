package org.keras4j.layers.regularization;

import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.SeededLayer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.random.RandomOps;

/**
 * Adds normal noise of mean 0, in training only ({@code keras.layers.GaussianNoise}).
 *
 * <p>Input and output shape: any.
 *
 * <pre>{@code
 * Tensor y = new GaussianNoise(0.1).seed(1).invoke(Ops.ones(new long[] {2, 3})); // (2, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class GaussianNoise extends SeededLayer<GaussianNoise> {
  @Config
  private double stddev;

  private GaussianNoise() {
    supportsMasking(true);
    builtWithoutInput();
  }

  /**
   * With this standard deviation.
   *
   * @param stddev from 0 to 1
   */
  public GaussianNoise(double stddev) {
    this();
    this.stddev = stddev;
    configured();
  }

  @Override
  protected void configured() {
    if (!(stddev >= 0 && stddev <= 1)) {
      throw new IllegalArgumentException(
          label() + ": 'stddev' expects a number from 0 to 1, got " + stddev);
    }
    reseed();
  }

  @Override
  protected boolean draws() {
    return stddev > 0;
  }

  @Override
  protected List<String> callArguments() {
    return List.of("inputs", "training");
  }

  @Override
  protected Tensor call(Tensor x, CallContext context) {
    if (!context.training() || stddev == 0) {
      return x;
    }
    return Ops.add(x, RandomOps.normal(x.shape(), 0.0, stddev, computeDtype(), generator()));
  }
}
