package org.keras4j.layers.image;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.core.serialization.Config;

/**
 * Layers that choose among other augmentations at random.
 *
 * @param <S> the class itself
 * @param <T> what describes a transformation
 */
public abstract class PolicyLayer<S extends PolicyLayer<S, T>, T> extends ColorLayer<S, T> {
  @Config
  private String interpolation = "bilinear";

  private Map<String, ImageLayer<?, ?>> augmentations = Map.of();

  PolicyLayer(double factor) {
    super(0, 1, List.of(0, factor));
  }

  /** The names of Keras's attributes that hold the augmentations, in order. */
  abstract List<String> names();

  /**
   * What the augmentations do at most.
   *
   * @param value from 0 to 1
   * @return this layer
   */
  public S factor(double value) {
    givenFactor(value);
    configured();
    return self();
  }

  /**
   * Likewise, between these.
   *
   * @param lower the least
   * @param upper the greatest
   * @return this layer
   */
  public S factor(double lower, double upper) {
    givenFactor(List.of(lower, upper));
    configured();
    return self();
  }

  /**
   * How values between pixels are found.
   *
   * @param value {@code "bilinear"} (the default) or {@code "nearest"}
   * @return this layer
   */
  public S interpolation(String value) {
    return set("interpolation", () -> interpolation = Interpolations.of(label(), value));
  }

  @Override
  protected void configured() {
    super.configured();
    interpolation = Interpolations.of(label(), interpolation);
    augmentations = Map.of();
  }

  @Override
  protected void build(Map<String, Object> shapes) {
    augmentations();
  }

  // made when all settings are known
  final List<ImageLayer<?, ?>> augmentations() {
    if (augmentations.isEmpty()) {
      Map<String, ImageLayer<?, ?>> made = new LinkedHashMap<>();
      for (String name : names()) {
        ImageLayer<?, ?> layer = make(name);
        layer.configureAs(this);
        made.put(name, layer);
      }
      augmentations = made;
    }
    return List.copyOf(augmentations.values());
  }

  private <L extends WarpLayer<L, ?>> L warping(L layer) {
    return layer.interpolation(interpolation).seed(seed());
  }

  private <L extends ColorLayer<L, ?>> L coloring(L layer) {
    List<Number> r = valueRange();
    return layer.valueRange(r.get(0), r.get(1)).seed(seed());
  }

  private ImageLayer<?, ?> make(String name) {
    List<Number> r = valueRange();
    switch (name) {
      case "random_shear":
        return warping(new RandomShear(factor(), factor()));
      case "random_translation":
        return warping(new RandomTranslation(factor(), factor()));
      case "random_rotation":
        return warping(new RandomRotation(lower(), upper()));
      case "random_brightness":
        return coloring(new RandomBrightness(lower(), upper()));
      case "random_color_degeneration":
        return coloring(new RandomColorDegeneration(lower(), upper()));
      case "random_contrast":
        return coloring(new RandomContrast(lower(), upper()));
      case "random_sharpness":
        return coloring(new RandomSharpness(lower(), upper()));
      case "random_posterization":
        return coloring(new RandomPosterization(Math.max(1, (int) (8 * upper()))));
      case "solarization":
        return new Solarization()
            .additionFactor(lower(), upper())
            .thresholdFactor(lower(), upper())
            .valueRange(r.get(0), r.get(1))
            .seed(seed());
      case "auto_contrast":
        return new AutoContrast().valueRange(r.get(0), r.get(1));
      case "equalization":
        return new Equalization().valueRange(r.get(0), r.get(1));
      default:
        throw new IllegalStateException(label() + ": no augmentation '" + name + "'");
    }
  }
}
