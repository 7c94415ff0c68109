package org.keras4j.training.losses;

import java.nio.IntBuffer;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;

/**
 * The class numbers that a sparse loss knows. Numbers on the host are checked before a step; of numbers on the device
 * the loss is NaN.
 *
 * @param classes how many there are, from 0 on
 * @param ignored a further number whose samples do not count, or null
 */
public record LabelRange(long classes, @Nullable Integer ignored) {
  /**
   * Fails if there is a label that is no class.
   *
   * @param labels numbers of any shape
   * @param where what the message begins with
   * @throws IllegalArgumentException naming the first such label
   */
  public void require(NDArray labels, String where) {
    int at = firstOutside(labels);
    if (at >= 0) {
      String found = labels.dtype().isFloat()
          ? Double.toString(labels.getDouble(at))
          : Long.toString(labels.getLong(at));
      throw new IllegalArgumentException(where + ": label " + found + " (element " + at
          + " of targets of shape " + labels.shape() + ") is no class, expected 0 to "
          + (classes - 1)
          + (ignored == null
              ? "; labels that do not count are told by ignoreClass"
              : ", or " + ignored + " for what does not count"));
    }
  }

  private int firstOutside(NDArray labels) {
    int n = labels.size();
    if (labels.dtype() == DType.INT32) {
      IntBuffer b = labels.bytes().asIntBuffer();
      for (int i = 0; i < n; i++) {
        if (isOutside(b.get(i))) {
          return i;
        }
      }
      return -1;
    }
    boolean real = labels.dtype().isFloat();
    for (int i = 0; i < n; i++) {
      // what the loss rounds towards zero; NaN is no class
      double d = real ? labels.getDouble(i) : labels.getLong(i);
      if (Double.isNaN(d) || isOutside((long) d)) {
        return i;
      }
    }
    return -1;
  }

  private boolean isOutside(long label) {
    return (label < 0 || label >= classes) && (ignored == null || label != ignored);
  }
}
