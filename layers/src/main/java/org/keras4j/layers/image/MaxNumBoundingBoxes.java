package org.keras4j.layers.image;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * As many bounding boxes for each image as wanted: the first ones, or filled up ({@code
 * keras.layers.MaxNumBoundingBoxes}). Everything else stays as it is. As in Keras, the config does not hold the
 * fill value.
 *
 * <p>Input: a map with {@code bounding_boxes}; others pass unchanged.
 *
 * <pre>{@code
 * var layer = new MaxNumBoundingBoxes(10).boundingBoxFormat("xyxy");
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class MaxNumBoundingBoxes extends ImageLayer<MaxNumBoundingBoxes, Void> {
  @Config
  private int maxNumber;

  private int fillValue = -1;

  private MaxNumBoundingBoxes() {}

  /**
   * This many boxes.
   *
   * @param maxNumber how many boxes each image has then
   */
  public MaxNumBoundingBoxes(int maxNumber) {
    this.maxNumber = maxNumber;
    configured();
  }

  @Override
  protected void configured() {
    Extent.of(label() + " maxNumber", 1, 1, maxNumber);
  }

  // files of other origin may have it
  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    if (rest.remove("fill_value") instanceof Number n) {
      fillValue = n.intValue();
    }
    super.setConfig(rest);
  }

  /**
   * What boxes and labels are filled up with.
   *
   * @param value -1 by default
   * @return this layer
   */
  public MaxNumBoundingBoxes fillValue(int value) {
    return set("fillValue", () -> fillValue = value);
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Void none, boolean training) {
    return images;
  }

  @Override
  public Boxes transformBoundingBoxes(Boxes boxes, @Nullable Void none, boolean training) {
    return new Boxes(sized(boxes.boxes()), sized(boxes.labels()));
  }

  private Tensor sized(Tensor x) {
    int n = known(x, 1);
    Tensor first = Prims.slice(x, 1, 0, Math.min(n, maxNumber));
    if (n >= maxNumber) {
      return first;
    }
    int[][] widths = new int[x.rank()][2];
    widths[1][1] = maxNumber - n;
    return Ops.pad(first, widths, "constant", fillValue);
  }
}
