package org.keras4j.layers.reshaping;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.InputSpec;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * All axes but the batch axis as one ({@code keras.layers.Flatten}).
 *
 * <p>Input shape: {@code (batch, ...)}. Output shape: {@code (batch, product of the others)}; a single axis
 * becomes {@code (batch, 1)}.
 *
 * <pre>{@code
 * Tensor y = new Flatten().invoke(Ops.ones(new long[] {2, 4, 3})); // (2, 12)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Flatten extends FluentLayer<Flatten> {
  @Config
  private String dataFormat = Extent.dataFormat(null);

  /** With Keras's defaults. */
  public Flatten() {
    inputSpec(new InputSpec().minNdim(1));
  }

  /**
   * Where the channels are.
   *
   * @param value {@code "channels_last"}, or {@code "channels_first"}, which moves channels (axis 1) to the end
   *     before; the configured one by default
   * @return this layer
   */
  public Flatten dataFormat(@Nullable String value) {
    return set("dataFormat", () -> dataFormat = Extent.dataFormat(value));
  }

  @Override
  protected Tensor call(Tensor x) {
    int rank = x.rank();
    if (dataFormat.equals("channels_first") && rank > 1) {
      x = Ops.transpose(x, channelsLast(rank));
    }
    long size = x.shape().slice(1).size();
    long batch = x.shape().dim(0);
    if (batch >= 0 || size >= 0) {
      return Ops.reshape(x, Shape.of(batch, size));
    }
    return Ops.reshape(x, List.of(Prims.dimSize(x, 0), -1));
  }

  private static int[] channelsLast(int rank) {
    int[] p = new int[rank];
    for (int i = 1; i < rank - 1; i++) {
      p[i] = i + 1;
    }
    p[rank - 1] = 1;
    return p;
  }

  @Override
  protected boolean actsOnSamplesAlone() {
    return true;
  }
}
