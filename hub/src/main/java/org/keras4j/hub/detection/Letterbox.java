package org.keras4j.hub.detection;

import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.layers.image.Resizing;
import org.keras4j.ops.Ops;

/**
 * An image in the size of a network: filled up to the network's proportions on both sides, then resized, so that nothing is
 * stretched; and its boxes there and back.
 *
 * @param height of the image
 * @param width of the image
 * @param targetHeight of the network's images
 * @param targetWidth of the network's images
 */
record Letterbox(int height, int width, int targetHeight, int targetWidth) {
  static Letterbox of(NDArray image, int targetHeight, int targetWidth) {
    return new Letterbox(
        image.shape().intDim(0), image.shape().intDim(1), targetHeight, targetWidth);
  }

  // as Resizing fills up
  private int paddedHeight() {
    return Math.max(height, (int) ((double) width * targetHeight / targetWidth));
  }

  private int paddedWidth() {
    return Math.max(width, (int) ((double) height * targetWidth / targetHeight));
  }

  private int top() {
    return (paddedHeight() - height) / 2;
  }

  private int left() {
    return (paddedWidth() - width) / 2;
  }

  /** The network's image, {@code (height, width, channels)}, float32. */
  Tensor resized(NDArray image) {
    return new Resizing(targetHeight, targetWidth)
        .padToAspectRatio(true)
        .dtype("float32")
        .invoke(Ops.cast(image, DType.FLOAT32));
  }

  float[] inside(float[] box) {
    float x = (float) targetWidth / paddedWidth();
    float y = (float) targetHeight / paddedHeight();
    return new float[] {
      (box[0] + left()) * x, (box[1] + top()) * y, (box[2] + left()) * x, (box[3] + top()) * y
    };
  }

  /** A box of the network's image in the image, none of it outside. */
  double[] outside(double[] box) {
    double x = (double) paddedWidth() / targetWidth;
    double y = (double) paddedHeight() / targetHeight;
    return new double[] {
      within(box[0] * x - left(), width),
      within(box[1] * y - top(), height),
      within(box[2] * x - left(), width),
      within(box[3] * y - top(), height)
    };
  }

  private static double within(double value, int most) {
    return Math.max(0, Math.min(most, value));
  }
}
