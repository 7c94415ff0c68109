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
    brightnessFactor = range("brightness_factor", brightnessFactor, -1);
    contrastFactor = range("contrast_factor", contrastFactor, 0);
    saturationFactor = range("saturation_factor", saturationFactor, 0);
    hueFactor = range("hue_factor", hueFactor, 0);
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

  /** The least and the greatest value of pixels; 0 and 255 by default. */
  public RandomColorJitter valueRange(Number least, Number greatest) {
    return change("value_range", () -> valueRange = List.of(least, greatest));
  }

  /** As {@link RandomBrightness} takes it, a number or a list of two; null (the default) for no change. */
  public RandomColorJitter brightnessFactor(@Nullable Object value) {
    return change("brightness_factor", () -> brightnessFactor = value);
  }

  /** As {@link RandomContrast} takes it, a number or a list of two; null (the default) for no change. */
  public RandomColorJitter contrastFactor(@Nullable Object value) {
    return change("contrast_factor", () -> contrastFactor = value);
  }

  /** As {@link RandomSaturation} takes it, a number or a list of two; null (the default) for no change. */
  public RandomColorJitter saturationFactor(@Nullable Object value) {
    return change("saturation_factor", () -> saturationFactor = value);
  }

  /** As {@link RandomHue} takes it, a number or a list of two; null (the default) for no change. */
  public RandomColorJitter hueFactor(@Nullable Object value) {
    return change("hue_factor", () -> hueFactor = value);
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
