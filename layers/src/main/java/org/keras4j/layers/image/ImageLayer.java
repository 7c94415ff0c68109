package org.keras4j.layers.image;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.ConfigEntries;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Layers that change images: a tensor {@code (height, width, channels)} or {@code (batch, height, width,
 * channels)}, or with channels first; or a map with such {@code images}, and {@code labels}, {@code
 * bounding_boxes} (themselves a map of {@code boxes} and {@code labels}) and {@code segmentation_masks} that are
 * changed along. They work as in training unless told otherwise.
 *
 * <p>A call first chooses a transformation, {@link #randomTransformation}, and then applies it to everything
 * given. Both can be called by themselves, on batches.
 *
 * @param <S> the class itself
 * @param <T> what describes a transformation
 */
public abstract class ImageLayer<S extends ImageLayer<S, T>, T> extends FluentLayer<S> {
  @Config
  private String dataFormat = Extent.dataFormat(null);

  private @Nullable String boundingBoxFormat;

  protected ImageLayer() {}

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
    Object format = rest.remove("bounding_box_format");
    boundingBoxFormat =
        format == null ? null : ConfigEntries.text(label(), "bounding_box_format", format);
    super.setConfig(rest);
  }

  /**
   * {@code "channels_last"} or {@code "channels_first"}.
   *
   * @param value the configured one by default
   * @return this layer
   */
  public S dataFormat(@Nullable String value) {
    return set("dataFormat", () -> dataFormat = Extent.dataFormat(value));
  }

  /**
   * The format of bounding boxes, needed where there are some.
   *
   * @param value see {@link BoundingBoxes}; null by default
   * @return this layer
   */
  public S boundingBoxFormat(@Nullable String value) {
    return set("boundingBoxFormat", () -> boundingBoxFormat = value);
  }

  protected final String dataFormat() {
    return dataFormat;
  }

  protected final String boundingBoxFormat() {
    if (boundingBoxFormat == null) {
      throw new IllegalArgumentException(
          label() + ": got bounding boxes, but no 'boundingBoxFormat', such as 'xyxy', is set");
    }
    return boundingBoxFormat;
  }

  // the settings of another layer that this one is made of
  final void configureAs(ImageLayer<?, ?> other) {
    dtype(other.dtypePolicy());
    dataFormat = other.dataFormat();
    boundingBoxFormat = ((ImageLayer<?, ?>) other).boundingBoxFormat;
  }

  final boolean channelsFirst() {
    return dataFormat.equals("channels_first");
  }

  final int heightAxis() {
    return channelsFirst() ? -2 : -3;
  }

  final int widthAxis() {
    return heightAxis() + 1;
  }

  final int channelAxis() {
    return channelsFirst() ? -3 : -1;
  }

  // the height of images, a float32 scalar
  final Tensor height(Tensor images) {
    return extent(images, heightAxis());
  }

  final Tensor width(Tensor images) {
    return extent(images, widthAxis());
  }

  private static Tensor extent(Tensor images, int axis) {
    return Prims.convert(Prims.dimSize(images, images.rank() + axis), DType.FLOAT32);
  }

  // a size that must be known
  final int known(Tensor images, int axis) {
    long n = images.shape().dim(axis);
    if (n < 0) {
      throw new IllegalArgumentException(
          label() + ": the sizes of images must be known, got shape " + images.shape());
    }
    return Math.toIntExact(n);
  }

  @Override
  protected boolean defaultTraining() {
    return true;
  }

  @Override
  protected List<String> callArguments() {
    return List.of("data", "training");
  }

  /**
   * Chooses what is done to a batch of images.
   *
   * @param images of rank 4
   * @param training whether anything is to be changed at random
   * @param seed an integer or a {@link org.keras4j.ops.random.SeedGenerator}; null for the layer's own
   * @return null if there is nothing to choose
   */
  public @Nullable T randomTransformation(Tensor images, boolean training, @Nullable Object seed) {
    return null;
  }

  /** A batch of images, transformed. */
  public abstract Tensor transformImages(
      Tensor images, @Nullable T transformation, boolean training);

  /** The labels of a batch of images, transformed along; unchanged by default. */
  public Tensor transformLabels(Tensor labels, @Nullable T transformation, boolean training) {
    return labels;
  }

  /** The bounding boxes in a batch of images, transformed along; unchanged by default. */
  public Boxes transformBoundingBoxes(Boxes boxes, @Nullable T transformation, boolean training) {
    return boxes;
  }

  /** The segmentation masks of a batch of images, transformed along; unchanged by default. */
  public Tensor transformSegmentationMasks(
      Tensor masks, @Nullable T transformation, boolean training) {
    return masks;
  }

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    boolean training = context.training();
    if (inputs instanceof Tensor t) {
      boolean single = single(t);
      Tensor x = batch(t, single);
      T chosen = randomTransformation(x, training, null);
      return unbatch(transformImages(x, chosen, training), single);
    }
    if (!(inputs instanceof Map<?, ?> m) || !(m.get("images") instanceof Tensor images)) {
      throw new IllegalArgumentException(
          label() + ": expected images, or a map with 'images', got " + inputs);
    }
    boolean single = single(images);
    Tensor x = batch(images, single);
    T chosen = randomTransformation(x, training, null);
    Map<Object, Object> out = new LinkedHashMap<>(m);
    out.put("images", unbatch(transformImages(x, chosen, training), single));
    if (m.containsKey("bounding_boxes")) {
      out.put("bounding_boxes", boxes(m.get("bounding_boxes"), chosen, training, single));
    }
    if (m.get("labels") instanceof Tensor labels) {
      out.put("labels", unbatch(transformLabels(batch(labels, single), chosen, training), single));
    }
    if (m.get("segmentation_masks") instanceof Tensor masks) {
      Tensor changed = transformSegmentationMasks(batch(masks, single), chosen, training);
      out.put("segmentation_masks", unbatch(changed, single));
    }
    return out;
  }

  private Map<Object, Object> boxes(
      @Nullable Object given, @Nullable T chosen, boolean training, boolean single) {
    boundingBoxFormat();
    if (!(given instanceof Map<?, ?> m)
        || !(m.get("boxes") instanceof Tensor boxes)
        || !(m.get("labels") instanceof Tensor labels)) {
      throw new IllegalArgumentException(label()
          + ": 'boundingBoxes' expects a map with tensors 'boxes' and 'labels', got " + given);
    }
    int rank = boxes.rank();
    if (rank < 2 || rank > 3 || labels.rank() < rank - 1 || labels.rank() > rank) {
      throw new IllegalArgumentException(label()
          + ": expected boxes (boxes, 4) or (batch, boxes, 4) and labels one for each, got shapes "
          + boxes.shape() + " and " + labels.shape());
    }
    Tensor floats = ArrayLike.convert(boxes, BoundingBoxes.DTYPE);
    Boxes in = new Boxes(batch(floats, single), batch(labels, single));
    Boxes changed = transformBoundingBoxes(in, chosen, training);
    Map<Object, Object> out = new LinkedHashMap<>(m);
    out.put("boxes", unbatch(changed.boxes(), single));
    out.put("labels", unbatch(changed.labels(), single));
    return out;
  }

  private boolean single(Tensor images) {
    if (images.rank() != 3 && images.rank() != 4) {
      throw new IllegalArgumentException(
          label() + ": expected an image of rank 3 or a batch of rank 4, got " + images.shape());
    }
    return images.rank() == 3;
  }

  private static Tensor batch(Tensor x, boolean single) {
    return single ? Prims.expandDims(x, 0) : x;
  }

  private static Tensor unbatch(Tensor x, boolean single) {
    return single ? Ops.squeeze(x, 0) : x;
  }

  // in the dtype of computations
  final Tensor computed(Tensor x) {
    return ArrayLike.convert(x, computeDtype());
  }
}
