package org.keras4j.hub.decoder;

import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.types.Index;

/**
 * Turns pairs of a head's numbers by angles that grow with the position ({@code RotaryEmbedding} of KerasHub; Su et al. 2021,
 * arXiv:2104.09864): the number {@code i} of the first half of a head and that of the second half are one pair.
 *
 * <p>Input and output shape: {@code (batch, time, heads, dim)}, {@code dim} even; argument {@code positions (batch, time)},
 * integers, by default 0, 1, 2, ... No weights.
 *
 * <pre>{@code
 * Tensor query = Ops.ones(new long[] {1, 8, 4, 16});
 * Tensor turned = new RotaryEmbedding(RotaryScaling.of(500_000)).invoke(query); // (1, 8, 4, 16)
 * }</pre>
 */
@KerasSerializable(pkg = "keras4j.hub")
public final class RotaryEmbedding extends FluentLayer<RotaryEmbedding> {
  @Config
  private RotaryScaling scaling = RotaryScaling.of(10_000);

  private RotaryEmbedding() {}

  /**
   * With these frequencies.
   *
   * @param scaling the frequencies
   */
  public RotaryEmbedding(RotaryScaling scaling) {
    this.scaling = scaling;
  }

  @Override
  protected List<String> callArguments() {
    return List.of("inputs", "positions");
  }

  @Override
  protected void build(Shape s) {
    if (s.rank() != 4 || s.last() < 0 || s.last() % 2 != 0) {
      throw new IllegalArgumentException(
          label() + ": expected (batch, time, heads, dim) with an even dim, got " + s);
    }
  }

  @Override
  protected Tensor call(Tensor x, CallContext context) {
    Tensor given = context.tensor("positions");
    Tensor positions = given == null ? counted(x) : given;
    float[] frequencies = scaling.frequencies(x.shape().intDim(-1));
    // the angles in float32, whatever the dtype: halves do not hold large positions
    Tensor angles = Ops.multiply(
        Ops.expandDims(Ops.cast(positions, DType.FLOAT32), new int[] {2, 3}),
        NDArray.of(frequencies));
    double amplitude = scaling.amplitude();
    Tensor cos = Ops.cos(angles);
    Tensor sin = Ops.sin(angles);
    if (amplitude != 1) {
      cos = Ops.multiply(cos, amplitude);
      sin = Ops.multiply(sin, amplitude);
    }
    cos = Ops.cast(cos, x.dtype());
    sin = Ops.cast(sin, x.dtype());
    List<Tensor> halves = Ops.split(x, 2, -1);
    Tensor a = halves.get(0);
    Tensor b = halves.get(1);
    return Ops.concatenate(
        List.of(
            Ops.subtract(Ops.multiply(a, cos), Ops.multiply(b, sin)),
            Ops.add(Ops.multiply(b, cos), Ops.multiply(a, sin))),
        -1);
  }

  // 0, 1, 2, ... along the time, whose length may be unknown
  private static Tensor counted(Tensor x) {
    Tensor one = Ops.onesLike(Ops.getItem(x, Index.ALL, Index.ALL, 0, 0), DType.INT32);
    return Ops.subtract(Ops.cumsum(one, 1), 1);
  }
}
