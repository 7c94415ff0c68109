package org.keras4j.layers.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Random brightness, contrast, saturation and hue, one after the other ({@code keras.layers.RandomColorJitter}).
 *
 * <p>Input and output shape: {@code (batch, height, width, 3)} or without batch, or with channels first, or a
 * map, of which the images alone are changed.
 *
 * <pre>{@code
 * Tensor y = new RandomColorJitter().brightnessFactor(0.2).hueFactor(0.1).seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RandomColorJitter
    extends RandomImageLayer<RandomColorJitter, RandomColorJitter.Jitter> {
  @Config
  private List<Number> valueRange = ValueRange.BYTES;

  // numbers, pairs or null
  @Config
  private @Nullable Object brightnessFactor;

  @Config
  private @Nullable Object contrastFactor;

  @Config
  private @Nullable Object saturationFactor;

  @Config
  private @Nullable Object hueFactor;

  private List<ImageLayer<?, ?>> changes = List.of();

  /** With no change at all: set factors. */
  public RandomColorJitter() {}

  /** What was chosen for each of the changes. */
  public static final class Jitter {
    private final List<Chosen<?>> transforms;

    private Jitter(List<Chosen<?>> transforms) {
      this.transforms = transforms;
    }
  }

  @Override
  protected void configured() {
    super.configured();
    valueRange = ValueRange.of(label(), valueRange);
    brightnessFactor = range("brightnessFactor", brightnessFactor, -1);
    contrastFactor = range("contrastFactor", contrastFactor, 0);
    saturationFactor = range("saturationFactor", saturationFactor, 0);
    hueFactor = range("hueFactor", hueFactor, 0);
    changes = List.of();
  }

  // checked, but kept as it is
  private @Nullable Object range(String setting, @Nullable Object factor, int low) {
    if (factor != null) {
      Factors.range(label() + " " + setting, factor, low, 1);
    }
    return factor;
  }

  private RandomColorJitter change(String setting, Runnable assignment) {
    set(setting, assignment);
    configured();
    return this;
  }

  /**
   * The least and the greatest value of pixels; 0 and 255 by default.
   *
   * @param least the least
   * @param greatest the greatest
   * @return this layer
   */
  public RandomColorJitter valueRange(Number least, Number greatest) {
    return change("valueRange", () -> valueRange = List.of(least, greatest));
  }

  /**
   * How much the brightness changes at most.
   *
   * @param value as {@link RandomBrightness} takes it; null (the default) for no change
   * @return this layer
   * @throws IllegalArgumentException if it is out of bounds
   */
  public RandomColorJitter brightnessFactor(@Nullable Number value) {
    return change("brightnessFactor", () -> brightnessFactor = value);
  }

  /**
   * Between which factors the brightness changes.
   *
   * @param lower the least
   * @param upper the greatest
   * @return this layer
   * @throws IllegalArgumentException if one is out of bounds
   */
  public RandomColorJitter brightnessFactor(double lower, double upper) {
    return change("brightnessFactor", () -> brightnessFactor = List.of(lower, upper));
  }

  /**
   * How much the contrast changes at most.
   *
   * @param value as {@link RandomContrast} takes it; null (the default) for no change
   * @return this layer
   * @throws IllegalArgumentException if it is out of bounds
   */
  public RandomColorJitter contrastFactor(@Nullable Number value) {
    return change("contrastFactor", () -> contrastFactor = value);
  }

  /**
   * Between which factors the contrast changes.
   *
   * @param lower the least
   * @param upper the greatest
   * @return this layer
   * @throws IllegalArgumentException if one is out of bounds
   */
  public RandomColorJitter contrastFactor(double lower, double upper) {
    return change("contrastFactor", () -> contrastFactor = List.of(lower, upper));
  }

  /**
   * How much the saturation changes at most.
   *
   * @param value as {@link RandomSaturation} takes it; null (the default) for no change
   * @return this layer
   * @throws IllegalArgumentException if it is out of bounds
   */
  public RandomColorJitter saturationFactor(@Nullable Number value) {
    return change("saturationFactor", () -> saturationFactor = value);
  }

  /**
   * Between which factors the saturation changes.
   *
   * @param lower the least
   * @param upper the greatest
   * @return this layer
   * @throws IllegalArgumentException if one is out of bounds
   */
  public RandomColorJitter saturationFactor(double lower, double upper) {
    return change("saturationFactor", () -> saturationFactor = List.of(lower, upper));
  }

  /**
   * How much the hue changes at most.
   *
   * @param value as {@link RandomHue} takes it; null (the default) for no change
   * @return this layer
   * @throws IllegalArgumentException if it is out of bounds
   */
  public RandomColorJitter hueFactor(@Nullable Number value) {
    return change("hueFactor", () -> hueFactor = value);
  }

  /**
   * Between which factors the hue changes.
   *
   * @param lower the least
   * @param upper the greatest
   * @return this layer
   * @throws IllegalArgumentException if one is out of bounds
   */
  public RandomColorJitter hueFactor(double lower, double upper) {
    return change("hueFactor", () -> hueFactor = List.of(lower, upper));
  }

  private <L extends ColorLayer<L, ?>> void add(
      List<ImageLayer<?, ?>> to, @Nullable Object factor, L layer) {
    if (factor != null) {
      layer.givenFactor(factor);
      layer.valueRange(valueRange.get(0), valueRange.get(1));
      layer.configureAs(this);
      to.add(layer);
    }
  }

  @Override
  protected void build(Map<String, Object> shapes) {
    changes();
  }

  private List<ImageLayer<?, ?>> changes() {
    if (changes.isEmpty()) {
      List<ImageLayer<?, ?>> made = new ArrayList<>();
      add(made, brightnessFactor, new RandomBrightness(0));
      add(made, contrastFactor, new RandomContrast(0));
      add(made, saturationFactor, new RandomSaturation(0));
      add(made, hueFactor, new RandomHue(0));
      changes = made;
    }
    return changes;
  }

  @Override
  public @Nullable Jitter randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    List<Chosen<?>> transforms = new ArrayList<>();
    for (ImageLayer<?, ?> layer : changes()) {
      transforms.add(Chosen.draw(layer, images, source(seed)));
    }
    return new Jitter(transforms);
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Jitter chosen, boolean training) {
    if (!training || chosen == null) {
      return images;
    }
    Tensor x = computed(images);
    for (Chosen<?> c : chosen.transforms) {
      x = c.images(x);
    }
    return computed(x);
  }
}
