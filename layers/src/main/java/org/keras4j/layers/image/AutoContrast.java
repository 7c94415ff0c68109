package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * Stretches the values of each channel of an image to the whole range of values ({@code
 * keras.layers.AutoContrast}). As in Keras, the least and the greatest value are those along the second and third
 * axis, whatever the data format.
 *
 * <p>Input and output shape: {@code (batch, height, width, channels)} or without batch, or a map, of which the
 * images alone are changed.
 *
 * <pre>{@code
 * Tensor y = new AutoContrast().invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class AutoContrast extends ImageLayer<AutoContrast, Void> {
  @Config
  private List<Number> valueRange = ValueRange.BYTES;

  /** With Keras's defaults. */
  public AutoContrast() {}

  @Override
  protected void configured() {
    valueRange = ValueRange.of(label(), valueRange);
  }

  /**
   * The least and the greatest value of pixels; 0 and 255 by default.
   *
   * @param least the least
   * @param greatest the greatest
   * @return this layer
   */
  public AutoContrast valueRange(Number least, Number greatest) {
    return set("valueRange", () -> valueRange = ValueRange.of(label(), List.of(least, greatest)));
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Void none, boolean training) {
    Tensor x = computed(ValueRange.rescale(images, valueRange, ValueRange.BYTES, computeDtype()));
    int[] axes = {1, 2};
    Tensor low = Ops.min(x, axes, true);
    Tensor scale = Ops.divide(255.0, Ops.subtract(Ops.max(x, axes, true), low));
    Tensor y = Ops.add(Ops.multiply(x, scale), Ops.multiply(Ops.negative(low), scale));
    Tensor stretched =
        ValueRange.rescale(Ops.clip(y, 0.0, 255.0), ValueRange.BYTES, valueRange, computeDtype());
    // where all values are the same nothing can be stretched
    return computed(Ops.where(Ops.isnan(stretched), images, stretched));
  }
}
