package org.keras4j.layers.quantization;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;

/** What is gathered of the inputs of a layer, and what its kernel becomes by it. */
public interface Calibration {
  /**
   * Takes inputs into account.
   *
   * @param inputs of shape {@code (samples, inputs)}, eager
   */
  void add(Tensor inputs);

  /** How many inputs were seen. */
  long count();

  /**
   * The integers of a kernel.
   *
   * @param kernel of shape {@code (inputs, outputs)}, row by row
   * @param outputs how many outputs there are
   * @return the integers
   */
  Integers quantized(float[] kernel, int outputs);

  /**
   * A kernel as integers: {@code (value - zero) * scale / inputScale}.
   *
   * @param values of shape {@code (outputs, inputs)}, from 0 to {@code 2^bits - 1}
   * @param scales of shape {@code (outputs, groups)}
   * @param zeros likewise
   * @param inputScales one an input; null for none
   * @param groups the group of each input, as Keras writes it: its whole part counts
   */
  record Integers(
      int[] values, float[] scales, int[] zeros, float @Nullable [] inputScales, float[] groups) {}
}
