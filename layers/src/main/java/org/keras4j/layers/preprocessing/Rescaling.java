package org.keras4j.layers.preprocessing;

import java.util.Arrays;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;

/**
 * {@code x * scale + offset} ({@code keras.layers.Rescaling}).
 *
 * <p>Input and output shape: any that scale and offset broadcast to.
 *
 * <pre>{@code
 * Tensor y = new Rescaling(1 / 127.5, -1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Rescaling extends FluentLayer<Rescaling> {
  // a number, or a list
  @Config
  private Object scale;

  @Config
  private Object offset = 0.0;

  private Rescaling() {
    this.scale = 1.0;
    supportsMasking(true);
  }

  /**
   * With a scale.
   *
   * @param scale what the input is multiplied with
   */
  public Rescaling(double scale) {
    this(scale, 0.0);
  }

  /**
   * With a scale and an offset.
   *
   * @param scale what the input is multiplied with
   * @param offset what is added then
   */
  public Rescaling(double scale, double offset) {
    this();
    this.scale = scale;
    this.offset = offset;
  }

  /**
   * With a scale and a whole number as offset, which its config holds as such.
   *
   * @param scale what the input is multiplied with
   * @param offset what is added then
   */
  public Rescaling(double scale, int offset) {
    this(scale, (double) offset);
    this.offset = offset;
  }

  /**
   * With a scale and an offset for each channel.
   *
   * @param scale what the input is multiplied with, one number for all channels or one for each
   * @param offset what is added then, likewise
   */
  public Rescaling(double[] scale, double[] offset) {
    this();
    this.scale = Extent.oneOrSeveral("scale", scale);
    this.offset = Extent.oneOrSeveral("offset", offset);
  }

  @Override
  protected Tensor call(Tensor x) {
    DType t = computeDtype();
    Tensor s = ArrayLike.tensor(scale, t);
    if (s.rank() > 0 && Keras.imageDataFormat().equals("channels_first")) {
      int[] added = new int[Math.max(0, 3 - s.rank())];
      Arrays.setAll(added, i -> i + s.rank());
      return Ops.add(
          Ops.multiply(Prims.convert(x, t), Prims.expandDims(s, added)),
          ArrayLike.tensor(offset, t));
    }
    return Ops.add(Ops.multiply(Prims.convert(x, t), s), ArrayLike.tensor(offset, t));
  }

  @Override
  protected boolean actsOnSamplesAlone() {
    return true;
  }
}
