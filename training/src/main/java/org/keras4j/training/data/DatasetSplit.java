package org.keras4j.training.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.internal.MersenneTwister;

/**
 * Two parts of data ({@code keras.utils.split_dataset}).
 *
 * @param left the first samples of each array
 * @param right the others
 */
public record DatasetSplit(List<NDArray> left, List<NDArray> right) {
  /**
   * Splits arrays, say inputs and targets.
   *
   * @param arrays of the same number of samples, along the first axis
   * @param leftSize a part from 0 to 1 if it is a {@link Double} or {@link Float}, else a number of samples; null for what the
   *     right part leaves
   * @param rightSize likewise
   * @param shuffleSeed of the order in which samples are split, which is Keras's for the same seed; null to leave them in order
   * @return the parts
   * @throws IllegalArgumentException if both sizes are null, a part would be empty, or both are more than there is
   */
  public static DatasetSplit of(
      List<NDArray> arrays,
      @Nullable Number leftSize,
      @Nullable Number rightSize,
      @Nullable Long shuffleSeed) {
    if (leftSize == null && rightSize == null) {
      throw new IllegalArgumentException("DatasetSplit: leftSize or rightSize must be given");
    }
    if (arrays.isEmpty() || arrays.get(0).rank() == 0) {
      throw new IllegalArgumentException("DatasetSplit: expected arrays of samples, got none");
    }
    int n = Math.toIntExact(arrays.get(0).shape().dim(0));
    for (NDArray a : arrays) {
      if (a.rank() == 0 || a.shape().dim(0) != n) {
        throw new IllegalArgumentException(
            "DatasetSplit: expected arrays of " + n + " samples, got one of shape " + a.shape());
      }
    }
    int left =
        leftSize == null ? n - count("rightSize", rightSize, n) : count("leftSize", leftSize, n);
    int right = rightSize == null ? n - left : count("rightSize", rightSize, n);
    if (left < 1 || right < 1 || (long) left + right > n) {
      throw new IllegalArgumentException("DatasetSplit: " + n + " samples cannot be split into "
          + left + " and " + right + " (leftSize " + leftSize + ", rightSize " + rightSize + ")");
    }
    int[] order = new int[n];
    Arrays.setAll(order, i -> i);
    if (shuffleSeed != null) {
      order = MersenneTwister.ofPython(shuffleSeed).pythonOrder(n);
    }
    List<NDArray> first = new ArrayList<>();
    List<NDArray> last = new ArrayList<>();
    for (NDArray a : arrays) {
      first.add(rows(a, Arrays.copyOf(order, left)));
      last.add(rows(a, Arrays.copyOfRange(order, n - right, n)));
    }
    return new DatasetSplit(first, last);
  }

  private static int count(String name, @Nullable Number size, int n) {
    if (size instanceof Double || size instanceof Float) {
      double part = size.doubleValue();
      if (!(part >= 0 && part <= 1)) {
        throw new IllegalArgumentException("DatasetSplit: " + name
            + " expects a part from 0 to 1 or a number of samples, got " + size);
      }
      return (int) Math.rint(part * n); // ties to even, as Python rounds
    }
    return size == null ? 0 : size.intValue();
  }

  private static NDArray rows(NDArray a, int[] order) {
    long[] dims = a.shape().toArray();
    dims[0] = order.length;
    if (a.dtype() == DType.STRING) {
      int row = (int) (a.size() / a.shape().dim(0));
      String[] out = new String[order.length * row];
      for (int i = 0; i < out.length; i++) {
        out[i] = a.getString(order[i / row] * row + i % row);
      }
      return NDArray.ofStrings(out, Shape.of(dims));
    }
    NDArray out = NDArray.zeros(a.dtype(), Shape.of(dims));
    int row = (int) (a.bytes().remaining() / a.shape().dim(0));
    for (int i = 0; i < order.length; i++) {
      out.bytes().put(i * row, a.bytes(), order[i] * row, row);
    }
    return out;
  }
}
