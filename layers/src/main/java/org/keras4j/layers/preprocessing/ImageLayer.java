package org.keras4j.layers.preprocessing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.Extent;
import org.keras4j.layers.FluentLayer;

/**
 * Layers that change images: a tensor {@code (height, width, channels)} or {@code (batch, height, width,
 * channels)}, or with channels first; or a map with such {@code images}, and {@code segmentation_masks} and
 * {@code labels} that are changed along.
 *
 * @param <S> the class itself
 */
public abstract class ImageLayer<S extends ImageLayer<S>> extends FluentLayer<S> {
  @Config
  private String dataFormat = Extent.dataFormat(null);

  // kept for configs: bounding boxes are not taken
  private @Nullable Object boundingBoxFormat;

  ImageLayer() {}

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    if (boundingBoxFormat != null) {
      out.put("bounding_box_format", boundingBoxFormat);
    }
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    boundingBoxFormat = rest.remove("bounding_box_format");
    super.setConfig(rest);
  }

  /** {@code "channels_last"} or {@code "channels_first"}; the configured one by default. */
  public S dataFormat(@Nullable String value) {
    return set("data_format", () -> dataFormat = Extent.dataFormat(value));
  }

  final String dataFormat() {
    return dataFormat;
  }

  final int heightAxis() {
    return dataFormat.equals("channels_first") ? -2 : -3;
  }

  final int widthAxis() {
    return heightAxis() + 1;
  }

  @Override
  protected boolean defaultTraining() {
    return true;
  }

  @Override
  protected List<String> callArguments() {
    return List.of("data", "training");
  }

  /** The images changed; a batch or one. */
  abstract Tensor images(Tensor images, CallContext context);

  /** The segmentation masks changed along. */
  abstract Tensor masks(Tensor masks, CallContext context);

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    if (inputs instanceof Tensor t) {
      return images(checked(t), context);
    }
    if (!(inputs instanceof Map<?, ?> m) || !(m.get("images") instanceof Tensor images)) {
      throw new IllegalArgumentException(
          label() + ": expected images, or a map with 'images', got " + inputs);
    }
    Map<Object, Object> out = new LinkedHashMap<>(m);
    out.put("images", images(checked(images), context));
    if (m.get("segmentation_masks") instanceof Tensor masks) {
      out.put("segmentation_masks", masks(masks, context));
    }
    if (m.containsKey("bounding_boxes")) {
      throw new IllegalArgumentException(label() + ": bounding boxes are not taken");
    }
    return out;
  }

  private Tensor checked(Tensor images) {
    if (images.rank() != 3 && images.rank() != 4) {
      throw new IllegalArgumentException(
          label() + ": expected an image of rank 3 or a batch of rank 4, got " + images.shape());
    }
    return images;
  }
}
