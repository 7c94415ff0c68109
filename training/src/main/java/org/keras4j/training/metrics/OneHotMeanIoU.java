package org.keras4j.training.metrics;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The mean of all classes' intersection over union, of one-hot targets ({@code keras.metrics.OneHotMeanIoU}):
 *
 * <pre>{@code
 * truePositives / (truePositives + falsePositives + falseNegatives)
 * }</pre>
 *
 * <p>Targets are one-hot {@code (batch, ..., classes)}, predictions scores {@code (batch, ..., classes)} or, if they
 * are {@link #sparseYPred sparse}, class numbers {@code (batch, ...)}. Weights, one a sample, may be given; {@link
 * #result} is a scalar of float32.
 *
 * <pre>{@code
 * var metric = new OneHotMeanIoU(3);
 * metric.updateState(new int[][] {{0, 0, 1}, {1, 0, 0}, {0, 1, 0}, {1, 0, 0}}, new double[][] {{0.2, 0.3, 0.5}, {0.1, 0.2, 0.7}, {0.5, 0.3, 0.1}, {0.1, 0.4, 0.5}});
 * Tensor value = metric.result();
 * }</pre>
 */
@KerasSerializable(module = "keras.metrics")
public final class OneHotMeanIoU extends ClassIoU<OneHotMeanIoU> {
  private OneHotMeanIoU() {
    super(0, false, null);
  }

  /**
   * With an automatic name.
   *
   * @param numClasses how many classes there are
   */
  public OneHotMeanIoU(int numClasses) {
    this(numClasses, null);
  }

  /**
   * With a name.
   *
   * @param numClasses how many classes there are
   * @param name the name, by which logs call it; null for an automatic one
   */
  public OneHotMeanIoU(int numClasses, @Nullable String name) {
    super(numClasses, false, name);
  }

  @Override
  int[] targets() {
    return IntStream.range(0, classes()).toArray();
  }

  @Override
  boolean sparseTrue() {
    return false;
  }
}
