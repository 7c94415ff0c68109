package org.keras4j.layers.preprocessing;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Turns integers into their places in a vocabulary, or back ({@code keras.layers.IntegerLookup}). It runs on
 * the host. Unknown integers go to places before the vocabulary.
 *
 * <p>Input shape: any. Output shape: the input's, of int64, for the output mode {@code "int"}; the others
 * encode as {@link CategoryEncoding} does, {@code "tf_idf"} with counts times weights.
 *
 * <pre>{@code
 * var layer = new IntegerLookup().numOovIndices(1);
 * layer.adapt(NDArray.of(new int[] {12, 36, 1138, 42}));
 * Tensor y = layer.invoke(new int[] {36, 7}); // (2)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class IntegerLookup extends IndexLookup<IntegerLookup> {
  @Config
  private String vocabularyDtype = "int64";

  /** With no vocabulary: {@code adapt} it, or give it one. */
  public IntegerLookup() {
    super(DType.INT64, -1L);
  }

  /**
   * How unknown integers spread over several places: {@code "floormod"} (the default) or {@code "farmhash"}.
   *
   * @param value {@code "floormod"} (the default) or {@code "farmhash"}
   * @return this layer
   */
  public IntegerLookup oovMethod(String value) {
    return hashing(value);
  }

  /**
   * What unknown places become when inverted.
   *
   * @param value -1 by default
   * @return this layer
   */
  public IntegerLookup oovToken(long value) {
    return oov(value);
  }

  /**
   * The token that goes to place 0 in the output mode {@code "int"}.
   *
   * @param value null (the default) for none
   * @return this layer
   */
  public IntegerLookup maskToken(@Nullable Long value) {
    return mask(value);
  }

  /** {@link #maskToken(Long)} of a number. */
  public IntegerLookup maskToken(long value) {
    return mask(value);
  }

  @Override
  protected void configured() {
    if (!vocabularyDtype.equals("int64")) {
      throw new IllegalArgumentException(label()
          + ": 'vocabularyDtype' expects 'int64', as in Keras, got '" + vocabularyDtype + "'");
    }
    super.configured();
  }
}
