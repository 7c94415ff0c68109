package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * Adds a random number to the values of an image and inverts those above a random threshold ({@code
 * keras.layers.Solarization}).
 *
 * <p>Input and output shape: {@code (batch, height, width, channels)} or without batch, or with channels first,
 * or a map, of which the images alone are changed.
 *
 * <pre>{@code
 * Tensor y = new Solarization().thresholdFactor(0.2, 0.4).seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Solarization extends RandomImageLayer<Solarization, Solarization.Solar> {
  /**
   * What happens to each image, as for values from 0 to 255, both {@code (batch, 1, 1, 1)}.
   *
   * @param additions what is added
   * @param thresholds from where on values are inverted
   */
  public record Solar(Tensor additions, Tensor thresholds) {}

  @Config
  private List<Number> valueRange = ValueRange.BYTES;

  // numbers or pairs; pairs once configured
  @Config
  private Object additionFactor = List.of(0, 0.0);

  @Config
  private Object thresholdFactor = List.of(0, 0.0);

  /** With factors of 0: values are inverted. */
  public Solarization() {}

  @Override
  protected void configured() {
    super.configured();
    valueRange = ValueRange.of(label(), valueRange);
    additionFactor = range("additionFactor", additionFactor);
    thresholdFactor = range("thresholdFactor", thresholdFactor);
  }

  private List<Number> range(String setting, Object given) {
    return Factors.strict(label() + " " + setting, given, 0, 1, false);
  }

  /**
   * The least and the greatest value of pixels; 0 and 255 by default.
   *
   * @param least the least
   * @param greatest the greatest
   * @return this layer
   */
  public Solarization valueRange(Number least, Number greatest) {
    return set("valueRange", () -> valueRange = ValueRange.of(label(), List.of(least, greatest)));
  }

  /**
   * What is added at most, as a part of the range of values, from 0 to 1.
   *
   * @param value 0 by default
   * @return this layer
   */
  public Solarization additionFactor(Number value) {
    return set("additionFactor", () -> additionFactor = range("additionFactor", value));
  }

  /**
   * The limits of what is added.
   *
   * @param lower from 0 to 1; as in Keras, this is a number of values out of 255, not a part of them
   * @param upper as a part of the range of values, from 0 to 1
   * @return this layer
   */
  public Solarization additionFactor(Number lower, Number upper) {
    return set(
        "additionFactor", () -> additionFactor = range("additionFactor", List.of(lower, upper)));
  }

  /**
   * The threshold at most, as a part of the range of values, from 0 to 1.
   *
   * @param value 0 by default
   * @return this layer
   */
  public Solarization thresholdFactor(Number value) {
    return set("thresholdFactor", () -> thresholdFactor = range("thresholdFactor", value));
  }

  /**
   * The limits of the threshold, as {@link #additionFactor(Number, Number)} takes them.
   *
   * @param lower the least
   * @param upper the greatest
   * @return this layer
   */
  public Solarization thresholdFactor(Number lower, Number upper) {
    return set(
        "thresholdFactor", () -> thresholdFactor = range("thresholdFactor", List.of(lower, upper)));
  }

  private Tensor drawn(Tensor images, Object limits, @Nullable Object seed) {
    List<?> l = (List<?>) limits;
    double low = ((Number) l.get(0)).doubleValue();
    double high = ((Number) l.get(1)).doubleValue() * 255;
    return uniform(perImage(images, 4), low, high, computeDtype(), seed);
  }

  @Override
  public @Nullable Solar randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    return new Solar(drawn(images, additionFactor, seed), drawn(images, thresholdFactor, seed));
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Solar chosen, boolean training) {
    Tensor x = computed(images);
    if (!training || chosen == null) {
      return x;
    }
    Tensor values = ValueRange.rescale(x, valueRange, ValueRange.BYTES, computeDtype());
    Tensor added = Ops.clip(Ops.add(values, chosen.additions()), 0, 255);
    Tensor y = Ops.where(Ops.less(added, chosen.thresholds()), added, Ops.subtract(255, added));
    return ValueRange.rescale(y, ValueRange.BYTES, valueRange, computeDtype());
  }
}
