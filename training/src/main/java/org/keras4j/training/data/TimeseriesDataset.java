package org.keras4j.training.data;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;

/**
 * Windows that slide over a series of steps ({@code keras.utils.timeseries_dataset_from_array}): batches {@code
 * (batch, window, ...)}, and for each window the target of its first step.
 */
public final class TimeseriesDataset extends ShuffledBatches<TimeseriesDataset> {
  private final NDArray data;
  private final @Nullable NDArray targets;
  private final Windows windows;

  /**
   * How windows lie in a series.
   *
   * @param length steps in a window, at least 1
   * @param stride from the first step of a window to that of the next, at least 1
   * @param samplingRate from one step of a window to the next, at least 1
   * @param startIndex the first step that is used
   * @param endIndex the step after the last that is used; null for all
   */
  public record Windows(
      int length,
      int stride,
      int samplingRate,
      int startIndex,
      @Nullable Integer endIndex) {
    /** Windows of neighboring steps, one from each step on. */
    public static Windows of(int length) {
      return new Windows(length, 1, 1, 0, null);
    }

    private int count(int steps, int targets) {
      require(length >= 1, "length", length, "at least 1");
      require(
          samplingRate >= 1 && samplingRate < steps,
          "samplingRate",
          samplingRate,
          "from 1 to less than the " + steps + " steps");
      require(
          stride >= 1 && stride < steps,
          "stride",
          stride,
          "from 1 to less than the " + steps + " steps");
      require(
          startIndex >= 0 && startIndex < steps,
          "startIndex",
          startIndex,
          "from 0 to less than the " + steps + " steps");
      require(
          endIndex == null || (endIndex > startIndex && endIndex < steps),
          "endIndex",
          endIndex,
          "above startIndex " + startIndex + " and less than the " + steps + " steps");
      int end = endIndex == null ? steps : endIndex;
      int possible = Math.min(end - startIndex - (length - 1) * samplingRate, targets);
      require(possible > 0, "length", length, "windows that fit into the steps");
      return (possible + stride - 1) / stride;
    }

    private static void require(
        boolean holds, String setting, @Nullable Object given, String expected) {
      if (!holds) {
        throw new IllegalArgumentException(
            "TimeseriesDataset: '" + setting + "' expects " + expected + ", got " + given);
      }
    }
  }

  /**
   * Windows over arrays.
   *
   * @param data {@code (steps, ...)}
   * @param targets {@code (steps, ...)}, the target of a window that starts at the step; or null
   * @throws IllegalArgumentException if no window fits, or a setting is out of range
   */
  public TimeseriesDataset(Object data, @Nullable Object targets, Windows windows) {
    this(array(data), targets == null ? null : array(targets), windows);
  }

  private TimeseriesDataset(NDArray data, @Nullable NDArray targets, Windows windows) {
    super(
        windows.count(
            Math.toIntExact(data.shape().dim(0)),
            targets == null
                ? Integer.MAX_VALUE
                : Math.toIntExact(targets.shape().dim(0))),
        128);
    this.data = data;
    this.targets = targets;
    this.windows = windows;
  }

  private static NDArray array(Object given) {
    Object host = Objects.requireNonNull(HostData.of(given));
    NDArray a = host instanceof Tensor t ? t.toNDArray() : host instanceof NDArray n ? n : null;
    if (a == null || a.rank() < 1) {
      throw new IllegalArgumentException(
          "TimeseriesDataset: expected an array with a first axis of steps, got " + given);
    }
    return a;
  }

  @Override
  Batch samples(int[] numbers) {
    int length = windows.length();
    int[] steps = new int[numbers.length * length];
    int[] starts = new int[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      starts[i] = windows.startIndex() + numbers[i] * windows.stride();
      for (int k = 0; k < length; k++) {
        steps[i * length + k] = starts[i] + k * windows.samplingRate();
      }
    }
    long[] shape = new long[data.rank() + 1];
    shape[0] = numbers.length;
    shape[1] = length;
    for (int i = 1; i < data.rank(); i++) {
      shape[i + 1] = data.shape().dim(i);
    }
    return Batch.of(data.rows(steps).reshape(shape), targets == null ? null : targets.rows(starts));
  }
}
