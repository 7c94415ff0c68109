package org.keras4j.layers.image;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;

/**
 * Spreads the values of each channel so that they are equally frequent ({@code keras.layers.Equalization}). As in
 * Keras, the frequencies are those in the whole batch.
 *
 * <p>Input and output shape: {@code (batch, height, width, channels)} or without batch, or with channels first,
 * channels known, or a map, of which the images alone are changed.
 *
 * <pre>{@code
 * Tensor y = new Equalization().invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Equalization extends ImageLayer<Equalization, Void> {
  @Config
  private int bins = 256;

  @Config
  private List<Number> valueRange = ValueRange.BYTES;

  /** With Keras's defaults. */
  public Equalization() {}

  @Override
  protected void configured() {
    Extent.of(label() + " bins", 1, 1, bins);
    valueRange = ValueRange.of(label(), valueRange);
  }

  /**
   * How many values are told apart.
   *
   * @param value 256 by default
   * @return this layer
   */
  public Equalization bins(int value) {
    return set("bins", () -> bins = Extent.of(label() + " bins", 1, 1, value)[0]);
  }

  /**
   * The least and the greatest value of pixels; 0 and 255 by default.
   *
   * @param least the least
   * @param greatest the greatest
   * @return this layer
   */
  public Equalization valueRange(Number least, Number greatest) {
    return set("valueRange", () -> valueRange = ValueRange.of(label(), List.of(least, greatest)));
  }

  // values of one range as those of another, in Keras's order of operations
  private static Tensor scaled(Tensor x, List<Number> from, List<Number> to) {
    double scale = (to.get(1).doubleValue() - to.get(0).doubleValue())
        / (from.get(1).doubleValue() - from.get(0).doubleValue());
    double offset = to.get(0).doubleValue() - from.get(0).doubleValue() * scale;
    return Ops.add(Ops.multiply(x, scale), offset);
  }

  private Tensor bin(Tensor x) {
    return Ops.cast(Ops.clip(x, 0, bins - 1), "int32");
  }

  private Tensor equalized(Tensor given) {
    Tensor x = scaled(given, valueRange, ValueRange.BYTES);
    Tensor places =
        Ops.cast(Ops.divide(Ops.multiply(Ops.cast(x, "float32"), bins - 1.0), 255.0), "int32");
    Tensor flat = Ops.reshape(Ops.clip(places, 0, bins - 1), -1);
    Tensor counts = Ops.segmentSum(Ops.onesLike(flat), flat, bins, false);
    Tensor below = Ops.cumsum(counts);
    Tensor all = Ops.max(below);
    Tensor least = Ops.min(Ops.where(Ops.greater(below, 0), below, all));
    Tensor others = Ops.subtract(all, least);
    Tensor steps = Ops.cast(Ops.where(Ops.equal(others, 0), 1, others), "float32");
    Tensor numbers = Ops.cast(Ops.subtract(below, least), "float32");
    Tensor table = Ops.clip(Ops.round(Ops.divide(Ops.multiply(numbers, 255.0), steps)), 0, 255);
    Tensor spread = Ops.take(table, bin(Ops.multiply(Ops.divide(x, 255.0), bins - 1.0)));
    Tensor single = Ops.lessEqual(Ops.countNonzero(counts), 1);
    Tensor y = Ops.where(single, x, spread);
    return scaled(y, ValueRange.BYTES, valueRange);
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Void none, boolean training) {
    if (!training) {
      return images;
    }
    List<Tensor> channels = new ArrayList<>();
    for (Tensor c : Ops.split(computed(images), known(images, channelAxis()), channelAxis())) {
      channels.add(equalized(c));
    }
    return computed(Ops.concatenate(channels, channelAxis()));
  }
}
