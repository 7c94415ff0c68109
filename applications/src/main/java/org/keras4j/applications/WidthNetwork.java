package org.keras4j.applications;

import java.util.List;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.internal.messages.Log;

/**
 * Small networks that come in several widths, with weights for several sizes of images.
 *
 * @param <S> the class itself
 */
abstract class WidthNetwork<S extends WidthNetwork<S>> extends Application<S> {
  private static final Log LOG = Log.of(WidthNetwork.class);
  private static final int USUAL = 224;
  private static final int SMALLEST = 32;

  private final List<Integer> trainedSizes;
  private final List<Double> trainedWidths;
  private double alpha = 1;

  WidthNetwork(List<Integer> trainedSizes, List<Double> trainedWidths) {
    super(null, USUAL, SMALLEST);
    this.trainedSizes = trainedSizes;
    this.trainedWidths = trainedWidths;
  }

  /**
   * The width of the network: by what the numbers of filters are multiplied; 1 by default.
   *
   * @throws IllegalArgumentException if it is not above 0
   */
  public final S alpha(double value) {
    if (!(value > 0)) {
      throw wrong("'alpha' expects a number above 0, got " + value);
    }
    this.alpha = value;
    return self();
  }

  final double alpha() {
    return alpha;
  }

  @Override
  final Shape resolvedShape() {
    Shape given = givenShape();
    KerasTensor tensor = inputTensor();
    int usual = USUAL;
    if (given != null && given.rank() == 3) {
      usual = sizeOf(given);
    } else if (given == null && tensor != null) {
      usual = sizeOf(tensor.shape().slice(1));
    }
    return new ImageShape(label(), usual, SMALLEST).resolve(given, isIncludeTop(), isPretrained());
  }

  // the side of a square for which there are weights, or that of the largest
  private int sizeOf(Shape image) {
    long rows = rows(image);
    return rows == columns(image) && trainedSizes.contains((int) rows) ? (int) rows : USUAL;
  }

  private static long rows(Shape image) {
    return image.dim(channelsFirst() ? 1 : 0);
  }

  private static long columns(Shape image) {
    return image.dim(channelsFirst() ? 2 : 1);
  }

  @Override
  void check(Shape image) {
    if (!isPretrained()) {
      return;
    }
    if (!trainedWidths.contains(alpha)) {
      throw wrong(
          "the weights 'imagenet' are for alpha one of " + trainedWidths + ", got " + alpha);
    }
    if (rows(image) != columns(image) || !trainedSizes.contains((int) rows(image))) {
      LOG.warn(label() + ": there are weights for square images of " + trainedSizes
          + " pixels; for " + image + " those of " + USUAL + " are taken");
    }
  }

  /** The side of the images that the weights to load were trained on. */
  final int trainedSize(Shape image) {
    return sizeOf(image);
  }

  /** The height of images as it stands in the model's name, Keras's word for an unknown one included. */
  final String rowsInName(Shape image) {
    if (isPretrained()) {
      return String.valueOf(sizeOf(image));
    }
    return rows(image) == Shape.UNKNOWN ? "None" : String.valueOf(rows(image));
  }

  @Override
  final Tensor pooled(Tensor x) {
    return pooled(x, null, null);
  }
}
