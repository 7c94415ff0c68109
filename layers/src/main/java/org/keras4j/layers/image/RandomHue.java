package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * Turns the hues of an image by a random part of the circle ({@code keras.layers.RandomHue}).
 *
 * <p>Input and output shape: {@code (batch, height, width, 3)} or without batch, or with channels first, or a map,
 * of which the images alone are changed.
 *
 * <pre>{@code
 * Tensor y = new RandomHue(0.2).seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RandomHue extends ColorLayer<RandomHue, RandomHue.Turn> {
  /** What is added to the hues of each image, {@code (batch)}. */
  public record Turn(Tensor factor) {}

  private RandomHue() {
    super(0, 1, 0.0);
  }

  /**
   * With this factor.
   *
   * @param factor from 0 to 1, 1 for half the circle in either direction
   */
  public RandomHue(double factor) {
    this();
    givenFactor(factor);
  }

  /**
   * With a factor between these.
   *
   * @param lower the least factor
   * @param upper the greatest factor
   */
  public RandomHue(double lower, double upper) {
    this();
    givenFactor(List.of(lower, upper));
  }

  @Override
  public @Nullable Turn randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    Shape shape = perImage(images, 1);
    Tensor sign = sign(shape, Keras.floatx(), seed);
    Tensor size = uniform(shape, lower(), upper(), seed);
    return new Turn(Ops.multiply(Ops.multiply(sign, size), 0.5));
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Turn chosen, boolean training) {
    if (!training || chosen == null) {
      return images;
    }
    Tensor x = ValueRange.rescale(computed(images), valueRange(), ValueRange.UNIT, DType.FLOAT32);
    List<Tensor> hsv = Ops.split(Ops.Image.rgbToHsv(x, dataFormat()), 3, channelAxis());
    Tensor h = Ops.add(hsv.get(0), spread(Ops.cast(chosen.factor(), x.dtype())));
    h = Ops.where(Ops.greater(h, 1.0), Ops.subtract(h, 1.0), h);
    h = Ops.where(Ops.less(h, 0.0), Ops.add(h, 1.0), h);
    Tensor turned = Ops.concatenate(List.of(h, hsv.get(1), hsv.get(2)), channelAxis());
    Tensor rgb = Ops.clip(Ops.Image.hsvToRgb(turned, dataFormat()), 0, 1);
    return computed(ValueRange.rescale(rgb, ValueRange.UNIT, valueRange(), DType.FLOAT32));
  }
}
