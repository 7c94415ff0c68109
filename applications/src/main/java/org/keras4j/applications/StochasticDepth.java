package org.keras4j.applications;

import java.util.Arrays;
import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.ops.random.RandomOps;
import org.keras4j.ops.random.SeedGenerator;

/**
 * Sets whole samples to 0 at random in training, and scales the others up to make up for it (Huang et al. 2016,
 * arXiv:1603.09382): the block whose result this is is left out for them.
 *
 * <p>Input and output shape: {@code (batch, ...)}. No weights.
 */
@KerasSerializable(module = "keras.src.applications.convnext")
public final class StochasticDepth extends FluentLayer<StochasticDepth> {
  @Config
  private double dropPathRate;

  private final SeedGenerator generator = track(new SeedGenerator(null));

  private StochasticDepth() {}

  /**
   * With this rate.
   *
   * @param dropPathRate which part of the samples is set to 0, from 0 to below 1
   * @throws IllegalArgumentException if it is not
   */
  public StochasticDepth(double dropPathRate) {
    this.dropPathRate = dropPathRate;
    configured();
  }

  @Override
  protected void configured() {
    if (!(dropPathRate >= 0 && dropPathRate < 1)) {
      throw new IllegalArgumentException(
          label() + ": 'drop_path_rate' expects a number from 0 to below 1, got " + dropPathRate);
    }
  }

  @Override
  protected List<String> callArguments() {
    return List.of("x", "training");
  }

  @Override
  protected Tensor call(Tensor x, CallContext context) {
    if (!context.training() || dropPathRate == 0) {
      return x;
    }
    long[] samples = new long[x.rank()];
    Arrays.fill(samples, 1);
    samples[0] = -1;
    return RandomOps.dropout(x, dropPathRate, samples, generator);
  }
}
