package org.keras4j.ops.internal.arguments;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.Tensor;
import org.keras4j.ops.internal.engine.Prims;

/** Where the channels axis of images, volumes and sequences stands; Keras's {@code data_format}. */
public enum Layout {
  CHANNELS_LAST,
  CHANNELS_FIRST;

  /**
   * The layout of an argument {@code data_format}; null means {@link Keras#imageDataFormat()}.
   *
   * @throws IllegalArgumentException if it is neither "channels_last" nor "channels_first"
   */
  public static Layout of(@Nullable Object dataFormat) {
    String name = dataFormat == null ? Keras.imageDataFormat() : dataFormat.toString();
    switch (name) {
      case "channels_last":
        return CHANNELS_LAST;
      case "channels_first":
        return CHANNELS_FIRST;
      default:
        throw new IllegalArgumentException(
            "Argument 'data_format' must be 'channels_last' or 'channels_first', got '" + name
                + "'");
    }
  }

  /** A batch {@code (n, ...)} of this layout with its channels last. */
  public Tensor toLast(Tensor x) {
    return toLast(x, 1);
  }

  /** A tensor whose first axes, {@code leading} of them, stand before those of this layout. */
  public Tensor toLast(Tensor x, int leading) {
    return this == CHANNELS_LAST ? x : move(x, leading, x.rank() - 1);
  }

  /** A batch with channels last in this layout. */
  public Tensor fromLast(Tensor x) {
    return fromLast(x, 1);
  }

  /** A tensor with channels last, whose first axes, {@code leading} of them, stay, in this layout. */
  public Tensor fromLast(Tensor x, int leading) {
    return this == CHANNELS_LAST ? x : move(x, x.rank() - 1, leading);
  }

  private static Tensor move(Tensor x, int from, int to) {
    int[] p = new int[x.rank()];
    int k = 0;
    for (int i = 0; i < p.length; i++) {
      if (i == to) {
        p[i] = from;
      } else {
        if (k == from) {
          k++;
        }
        p[i] = k++;
      }
    }
    return Prims.transpose(x, p);
  }
}
