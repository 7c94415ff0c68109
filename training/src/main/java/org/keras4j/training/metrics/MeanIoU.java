package org.keras4j.training.metrics;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The mean of all classes' intersection over union ({@code keras.metrics.MeanIoU}):
 *
 * <pre>{@code
 * truePositives / (truePositives + falsePositives + falseNegatives)
 * }</pre>
 *
 * <p>Targets and predictions are class numbers {@code (batch, ...)}, or one-hot and scores {@code (batch, ...,
 * classes)} if they are not {@link #sparseYTrue sparse}. Weights, one a sample, may be given; {@link #result} is a
 * scalar of float32.
 *
 * <pre>{@code
 * var metric = new MeanIoU(2);
 * metric.updateState(new int[] {0, 0, 1, 1}, new int[] {0, 1, 0, 1});
 * Tensor value = metric.result(); // 0.333
 * }</pre>
 */
@KerasSerializable(module = "keras.metrics")
public final class MeanIoU extends ClassIoU<MeanIoU> {
  @Config("sparse_y_true")
  private boolean sparseYTrue = true;

  private MeanIoU() {
    super(0, true, null);
  }

  /**
   * With an automatic name.
   *
   * @param numClasses how many classes there are
   */
  public MeanIoU(int numClasses) {
    this(numClasses, null);
  }

  /**
   * With a name.
   *
   * @param numClasses how many classes there are
   * @param name the name, by which logs call it; null for an automatic one
   */
  public MeanIoU(int numClasses, @Nullable String name) {
    super(numClasses, true, name);
  }

  /**
   * Whether targets are class numbers, not one-hot.
   *
   * @param value true by default
   * @return this metric
   */
  public MeanIoU sparseYTrue(boolean value) {
    return set("sparseYTrue", () -> this.sparseYTrue = value);
  }

  @Override
  int[] targets() {
    return IntStream.range(0, classes()).toArray();
  }

  @Override
  boolean sparseTrue() {
    return sparseYTrue;
  }
}
