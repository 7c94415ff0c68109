package org.keras4j.training.data;

import java.util.Locale;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/** How the classes of samples are told to a model ({@code label_mode} of Keras's functions on folders). */
public enum ClassLabels {
  /** Their numbers, int32 {@code (batch)}. */
  INT,
  /** 1 at the class, 0 elsewhere, float32 {@code (batch, classes)}. */
  CATEGORICAL,
  /** 0 or 1 for one of two classes, float32 {@code (batch, 1)}. */
  BINARY;

  NDArray of(int[] labels, int classes) {
    if (this == INT) {
      return NDArray.of(labels, labels.length);
    }
    if (this == BINARY && classes != 2) {
      throw new IllegalArgumentException(
          name().toLowerCase(Locale.ROOT) + " labels need two classes, got " + classes);
    }
    int width = this == BINARY ? 1 : classes;
    NDArray out = NDArray.zeros(DType.FLOAT32, Shape.of(labels.length, width));
    for (int i = 0; i < labels.length; i++) {
      if (this == BINARY) {
        out.setDouble(i, labels[i]);
      } else if (labels[i] >= 0 && labels[i] < width) { // numbers of one's own may be others
        out.setDouble(i * width + labels[i], 1);
      }
    }
    return out;
  }
}
