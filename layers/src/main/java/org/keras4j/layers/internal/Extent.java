package org.keras4j.layers.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;

/** Checks of settings that many layers have: sizes per spatial axis, paddings, layouts. */
public final class Extent {
  private Extent() {}

  /**
   * Numbers, one for each spatial axis; a single one counts for all.
   *
   * @param min the least allowed
   * @throws IllegalArgumentException if there are neither 1 nor {@code rank}, or one is too small
   */
  public static int[] of(String setting, int rank, int min, int... values) {
    int[] out = values.clone();
    if (values.length == 1 && rank > 1) {
      out = new int[rank];
      Arrays.fill(out, values[0]);
    }
    if (out.length != rank) {
      throw new IllegalArgumentException(
          "'" + setting + "' expects 1 or " + rank + " integers, got " + Arrays.toString(values));
    }
    for (int v : out) {
      if (v < min) {
        throw new IllegalArgumentException("'" + setting + "' expects integers of at least " + min
            + ", got " + Arrays.toString(values));
      }
    }
    return out;
  }

  /** Whether channels come before the spatial axes; null means {@link Keras#imageDataFormat}. */
  public static String dataFormat(@Nullable String value) {
    return choice(
        "data_format",
        value == null ? Keras.imageDataFormat() : value,
        "channels_last",
        "channels_first");
  }

  /**
   * Axes as configs have them.
   *
   * @param values some axes
   * @return a number for one, a list for several, null (which means all axes) for null or none
   */
  public static @Nullable Object axes(int @Nullable [] values) {
    if (values == null || values.length == 0) {
      return null;
    }
    return values.length == 1
        ? (Object) values[0]
        : Arrays.stream(values).boxed().toList();
  }

  /** {@link #oneOrSeveral(String, double[])} of integers. */
  public static Object oneOrSeveral(String setting, int[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException(
          "'" + setting + "' expects an integer or several, got none");
    }
    return values.length == 1
        ? (Object) values[0]
        : Arrays.stream(values).boxed().toList();
  }

  /**
   * Numbers as configs have them.
   *
   * @param values one number or more
   * @return a number for one, a list for several
   * @throws IllegalArgumentException if there are none
   */
  public static Object oneOrSeveral(String setting, double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("'" + setting + "' expects a number or several, got none");
    }
    return values.length == 1
        ? (Object) values[0]
        : Arrays.stream(values).boxed().toList();
  }

  /**
   * Refuses integers as sparse tensors.
   *
   * @param label the layer
   * @param sparse whether the output is to be sparse
   * @param outputMode what comes out
   * @throws IllegalArgumentException if both do not go together
   */
  public static void sparse(String label, boolean sparse, String outputMode) {
    if (sparse && outputMode.equals("int")) {
      throw new IllegalArgumentException(
          label + ": 'sparse' goes with an output mode that encodes, not with 'int'");
    }
  }

  /**
   * The value, if it is among the choices; case does not matter.
   *
   * @throws IllegalArgumentException if it is not
   */
  public static String choice(String setting, String value, String... choices) {
    String lower = value.toLowerCase(java.util.Locale.ROOT);
    for (String c : choices) {
      if (c.equals(lower)) {
        return c;
      }
    }
    throw new IllegalArgumentException(
        "'" + setting + "' expects one of " + Arrays.toString(choices) + ", got '" + value + "'");
  }
}
