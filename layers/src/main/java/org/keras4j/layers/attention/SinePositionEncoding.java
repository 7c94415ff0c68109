package org.keras4j.layers.attention;

import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.ops.Ops;

/**
 * Waves that tell places in a sequence ({@code keras_hub.layers.SinePositionEncoding}): feature {@code 2i} of place {@code p} is
 * {@code sin(p / w^(2i/d))}, feature {@code 2i + 1} the cosine of the same, where {@code d} is the number of features and {@code w}
 * the longest wavelength over 2 pi. What it gives is added to the embeddings it was given. Source: Vaswani et al., <a
 * href="https://arxiv.org/abs/1706.03762">Attention Is All You Need</a>.
 *
 * <p>Input shape: {@code (..., sequence, features)}. Output shape: the same. Further argument of a call: {@code start_index}, the place
 * of the first element, an integer or an integer scalar tensor, 0 by default.
 *
 * <pre>{@code
 * Tensor embedded = Ops.ones(new long[] {2, 10, 16}); // (2, 10, 16)
 * Tensor y = Ops.add(embedded, new SinePositionEncoding().invoke(embedded)); // (2, 10, 16)
 * }</pre>
 */
@KerasSerializable(pkg = "keras_hub")
public final class SinePositionEncoding extends FluentLayer<SinePositionEncoding> {
  @Config
  private Number maxWavelength = 10000;

  /** With a longest wavelength of 10000 times 2 pi. */
  public SinePositionEncoding() {}

  /**
   * The longest wavelength, over 2 pi.
   *
   * @param value above 0; 10000 by default
   * @return this layer
   * @throws IllegalArgumentException if it is not above 0
   */
  public SinePositionEncoding maxWavelength(double value) {
    return set("maxWavelength", () -> {
      maxWavelength = value;
      configured();
    });
  }

  @Override
  protected void configured() {
    if (!(maxWavelength.doubleValue() > 0)) {
      throw new IllegalArgumentException(
          label() + ": 'maxWavelength' expects a number above 0, got " + maxWavelength);
    }
  }

  @Override
  protected List<String> callArguments() {
    return List.of("inputs", "start_index");
  }

  @Override
  protected Tensor call(Tensor x, CallContext context) {
    if (x.rank() < 2 || x.shape().last() < 0) {
      throw new IllegalArgumentException(label()
          + ": expected (..., sequence, features) with known features, got shape " + x.shape());
    }
    int features = (int) x.shape().last();
    // angles of long sequences need more digits than halves have
    Tensor place = Positions.of(label(), x, -2, context.get("start_index"));
    float[] speed = new float[features];
    float[] phase = new float[features];
    for (int i = 0; i < features; i++) {
      speed[i] = (float) Math.pow(maxWavelength.doubleValue(), -(i / 2 * 2) / (double) features);
      phase[i] = i % 2;
    }
    Tensor angle = Ops.multiply(Ops.expandDims(Ops.cast(place, DType.FLOAT32), 1), speed);
    Tensor waves = Ops.where(Ops.equal(phase, 0), Ops.sin(angle), Ops.cos(angle));
    return Ops.add(Ops.zerosLike(x), Ops.cast(waves, x.dtype()));
  }
}
