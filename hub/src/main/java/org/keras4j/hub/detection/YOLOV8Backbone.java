package org.keras4j.hub.detection;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Tensor;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.preprocessing.Rescaling;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;

/**
 * The backbone of YOLOv8, a CSPDarkNet ({@code keras_cv.models.YOLOV8Backbone}).
 *
 * <pre>{@code
 * Functional features = new YOLOV8Backbone(new int[] {32, 64, 128, 256}, new int[] {1, 2, 2, 1}).build(); // the extra small one
 * }</pre>
 */
public final class YOLOV8Backbone {
  private static final int MOST_BLOCKS = 1000;

  private final int[] stackwiseChannels;
  private final int[] stackwiseDepth;
  private boolean includeRescaling = true;
  private String activation = "swish";
  private int height = -1;
  private int width = -1;
  private int channels = 3;

  /**
   * Of these sizes.
   *
   * @param stackwiseChannels the channels of each of the four stages, even
   * @param stackwiseDepth how many pairs of convolutions each has
   * @throws IllegalArgumentException if there are not four of each, or a number is not positive or not even
   */
  public YOLOV8Backbone(int[] stackwiseChannels, int[] stackwiseDepth) {
    this.stackwiseChannels = stackwiseChannels.clone();
    this.stackwiseDepth = stackwiseDepth.clone();
    boolean bad = stackwiseChannels.length != 4
        || stackwiseDepth.length != 4
        || Arrays.stream(stackwiseChannels).anyMatch(c -> c < 2 || c % 2 != 0 || c > 1 << 20)
        || Arrays.stream(stackwiseDepth).anyMatch(d -> d < 1 || d > MOST_BLOCKS);
    if (bad) {
      throw new IllegalArgumentException("YOLOV8Backbone: expected four positive even numbers of"
          + " channels and four depths from 1 to " + MOST_BLOCKS + ", got "
          + Arrays.toString(stackwiseChannels) + " and " + Arrays.toString(stackwiseDepth));
    }
  }

  /**
   * Whether images are from 0 to 255, and divided by 255.
   *
   * @param value true by default; otherwise they are from 0 to 1
   * @return this backbone
   */
  public YOLOV8Backbone includeRescaling(boolean value) {
    includeRescaling = value;
    return this;
  }

  /**
   * The function behind each convolution.
   *
   * @param value {@code "swish"} by default
   * @return this backbone
   */
  public YOLOV8Backbone activation(String value) {
    activation = value;
    return this;
  }

  /**
   * The shape of images.
   *
   * @param imageHeight -1 (the default) for any; else a multiple of 32
   * @param imageWidth likewise
   * @param imageChannels 3 by default
   * @return this backbone
   * @throws IllegalArgumentException if a size is not a multiple of 32
   */
  public YOLOV8Backbone imageShape(int imageHeight, int imageWidth, int imageChannels) {
    if (imageHeight != -1 && (imageHeight < 1 || imageHeight % 32 != 0)
        || imageWidth != -1 && (imageWidth < 1 || imageWidth % 32 != 0)
        || imageChannels < 1) {
      throw new IllegalArgumentException("YOLOV8Backbone: expected a height and a width that are"
          + " multiples of 32, and channels, got " + imageHeight + ", " + imageWidth + " and "
          + imageChannels);
    }
    height = imageHeight;
    width = imageWidth;
    channels = imageChannels;
    return this;
  }

  /**
   * Makes the graph, with random weights.
   *
   * @return a model from images {@code (batch, height, width, channels)} to {@code P3}, {@code P4} and {@code P5}, which are 8, 16
   *     and 32 times smaller
   */
  public Functional build() {
    ConvolutionBlocks blocks = new ConvolutionBlocks(activation);
    KerasTensor images = new Input(height, width, channels).name("images").output();
    Tensor x = images;
    if (includeRescaling) {
      x = new Rescaling(1 / 255.0).name("rescaling").invoke(x);
    }
    x = blocks.convolution(x, stackwiseChannels[0] / 2, 3, 2, "stem_1");
    x = blocks.convolution(x, stackwiseChannels[0], 3, 2, "stem_2");
    Map<String, Object> out = new LinkedHashMap<>();
    for (int i = 0; i < stackwiseChannels.length; i++) {
      String name = "stack" + (i + 1);
      if (i > 0) {
        x = blocks.convolution(x, stackwiseChannels[i], 3, 2, name + "_downsample");
      }
      x = blocks.crossStage(x, stackwiseChannels[i], stackwiseDepth[i], true, name + "_c2f");
      if (i == stackwiseChannels.length - 1) {
        x = blocks.pyramidPooling(x, name + "_spp_fast");
      }
      if (i > 0) {
        out.put("P" + (i + 2), x);
      }
    }
    return Model.of(images, out, "yolo_v8_backbone");
  }
}
