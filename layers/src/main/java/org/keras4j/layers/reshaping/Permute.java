package org.keras4j.layers.reshaping;

import java.util.Arrays;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.InputSpec;
import org.keras4j.ops.Ops;

/**
 * The axes of each sample in another order ({@code keras.layers.Permute}).
 *
 * <p>Input shape: {@code (batch, ...)}. Output shape: likewise, in the new order.
 *
 * <pre>{@code
 * Tensor y = new Permute(2, 1).invoke(Ops.ones(new long[] {2, 4, 3})); // (2, 3, 4)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Permute extends FluentLayer<Permute> {
  @Config
  private int[] dims;

  private Permute() {
    this.dims = new int[0];
  }

  /**
   * With this order.
   *
   * @param dims which axis comes first, second, ... after the batch axis; axes count from 1
   */
  public Permute(int... dims) {
    this.dims = dims;
    configured();
  }

  @Override
  protected void configured() {
    int[] sorted = dims.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < sorted.length; i++) {
      if (sorted[i] != i + 1) {
        throw new IllegalArgumentException(label() + ": 'dims' expects the numbers 1 to "
            + dims.length + " in some order, got " + Arrays.toString(dims));
      }
    }
    inputSpec(new InputSpec().ndim(dims.length + 1));
  }

  @Override
  protected Tensor call(Tensor x) {
    int[] p = new int[dims.length + 1];
    System.arraycopy(dims, 0, p, 1, dims.length);
    return Ops.transpose(x, p);
  }

  @Override
  protected boolean actsOnSamplesAlone() {
    return true;
  }
}
