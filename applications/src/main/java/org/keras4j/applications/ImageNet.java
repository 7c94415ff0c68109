package org.keras4j.applications;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;

/** Images as networks take them, and what their scores mean ({@code keras.applications.imagenet_utils}). */
public final class ImageNet {
  private static final double[] MEAN = {0.485, 0.456, 0.406};
  private static final double[] DEVIATION = {0.229, 0.224, 0.225};
  // of pixels to 255, in the order blue, green, red
  private static final double[] CAFFE_MEAN = {103.939, 116.779, 123.68};

  private ImageNet() {}

  /**
   * Scales pixels ({@code preprocess_input}).
   *
   * @param images of red, green and blue pixels from 0 to 255: {@code (height, width, 3)} or {@code (batch, height, width,
   *     3)}, or {@code (3, height, width)}, {@code (batch, 3, height, width)} with channels first. Of a float dtype
   * @param dataFormat {@code "channels_last"}, {@code "channels_first"}, or null for the configured one
   * @return floats of the shape of the images
   * @throws IllegalArgumentException if the shape, the dtype or the layout is another
   */
  public static Tensor preprocessInput(
      Tensor images, @Nullable String dataFormat, PixelScale scale) {
    if (scale == PixelScale.NONE) {
      return images;
    }
    if (scale != PixelScale.TF) {
      channelAxis(images.shape(), dataFormat);
    }
    if (!images.dtype().isFloat()) {
      throw new IllegalArgumentException(
          "preprocessInput: images must be of a float dtype, got a tensor of " + images.dtype()
              + "; use Ops.cast");
    }
    if (scale == PixelScale.TF) {
      return Ops.subtract(Ops.divide(images, 127.5), 1.0);
    }
    int axis = channelAxis(images.shape(), dataFormat);
    long[] wide = new long[images.rank()];
    Arrays.fill(wide, 1);
    wide[axis] = 3;
    if (scale == PixelScale.CAFFE) {
      return Ops.subtract(Ops.flip(images, axis), constant(CAFFE_MEAN, images.dtype(), wide));
    }
    Tensor x = Ops.divide(images, 255.0);
    x = Ops.subtract(x, constant(MEAN, images.dtype(), wide));
    return Ops.divide(x, constant(DEVIATION, images.dtype(), wide));
  }

  private static Tensor constant(double[] values, DType dtype, long[] shape) {
    return Ops.reshape(Ops.cast(Ops.convertToTensor(values), dtype), shape);
  }

  /**
   * Likewise, of an array on the host, which stays as it is. Integers become floatx.
   *
   * @param images an {@link NDArray}, or a Java array of numbers
   * @return floats of the shape of the images
   */
  public static NDArray preprocessInput(
      Object images, @Nullable String dataFormat, PixelScale scale) {
    NDArray in = images instanceof Tensor t ? t.toNDArray() : NDArray.from(images);
    NDArray out = in.dtype().isFloat() ? in.copy() : in.astype(Keras.floatx());
    if (scale == PixelScale.NONE) {
      return out;
    }
    if (scale == PixelScale.TF) {
      for (int i = 0; i < out.size(); i++) {
        out.setDouble(i, out.getDouble(i) / 127.5 - 1);
      }
      return out;
    }
    int axis = channelAxis(in.shape(), dataFormat);
    int inner = (int) in.shape().slice(axis + 1).size();
    boolean caffe = scale == PixelScale.CAFFE;
    for (int i = 0; i < out.size(); i++) {
      int channel = i / inner % 3;
      // the channels in reverse order
      int from = caffe ? i + (2 - 2 * channel) * inner : i;
      double v = in.getDouble(from);
      out.setDouble(
          i, caffe ? v - CAFFE_MEAN[channel] : (v / 255 - MEAN[channel]) / DEVIATION[channel]);
    }
    return out;
  }

  private static int channelAxis(Shape images, @Nullable String dataFormat) {
    String layout = dataFormat == null ? Keras.imageDataFormat() : dataFormat;
    if (!layout.equals("channels_first") && !layout.equals("channels_last")) {
      throw new IllegalArgumentException("preprocessInput: 'dataFormat' expects 'channels_last' or"
          + " 'channels_first', got '" + layout + "'");
    }
    int rank = images.rank();
    int axis = layout.equals("channels_first") ? rank - 3 : rank - 1;
    if (rank != 3 && rank != 4 || images.dim(axis) != 3) {
      throw new IllegalArgumentException("preprocessInput: expected images with 3 channels, "
          + layout + ", of 3 or 4 axes, got shape " + images);
    }
    return axis;
  }

  /**
   * The likeliest of ImageNet's 1000 classes for each image ({@code decode_predictions}).
   *
   * @param scores {@code (batch, 1000)}: an array or tensor, as {@code predict} gives it
   * @param top how many
   * @return for each image its classes, the likeliest first
   * @throws IllegalArgumentException if the scores are of another shape
   */
  public static List<List<Prediction>> decodePredictions(Object scores, int top) {
    NDArray array = checked(scores, 1000, top);
    return decode(array, top, ClassNames.imagenet());
  }

  /**
   * Likewise, of classes of one's own.
   *
   * @param scores {@code (batch, classes)}
   * @return for each image its classes, the likeliest first
   */
  public static List<List<Prediction>> decodePredictions(
      Object scores, int top, ClassNames classes) {
    return decode(checked(scores, classes.size(), top), top, classes);
  }

  private static NDArray checked(Object scores, int classes, int top) {
    NDArray array = scores instanceof Tensor t ? t.toNDArray() : NDArray.from(scores);
    if (array.rank() != 2 || array.shape().dim(1) != classes) {
      throw new IllegalArgumentException("decodePredictions: expected scores of shape (batch, "
          + classes + "), got " + array.shape());
    }
    if (top < 1) {
      throw new IllegalArgumentException(
          "decodePredictions: 'top' expects a positive integer, got " + top);
    }
    return array;
  }

  private static List<List<Prediction>> decode(NDArray scores, int top, ClassNames names) {
    List<List<Prediction>> out = new ArrayList<>();
    int classes = names.size();
    for (int row = 0; row < scores.shape().intDim(0); row++) {
      int first = row * classes;
      out.add(IntStream.range(0, classes)
          .boxed()
          .sorted(Comparator.comparingDouble(c -> -scores.getDouble(first + c)))
          .limit(top)
          .map(c -> new Prediction(names.id(c), names.name(c), scores.getDouble(first + c)))
          .toList());
    }
    return out;
  }
}
