package org.keras4j.layers.preprocessing;

import org.keras4j.core.DType;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Turns integers into their places in a vocabulary, or back ({@code keras.layers.IntegerLookup}). It runs on
 * the host. Unknown integers go to places before the vocabulary.
 *
 * <p>Input shape: any. Output shape: the input's, of int64, for the output mode {@code "int"}; the others
 * encode as {@link CategoryEncoding} does, {@code "tf_idf"} with counts times weights.
 */
@KerasSerializable(module = "keras.layers")
public final class IntegerLookup extends IndexLookup<IntegerLookup> {
  @Config
  private String vocabularyDtype = "int64";

  public IntegerLookup() {
    super(DType.INT64, -1L);
  }

  /**
   * How unknown integers spread over several places: {@code "floormod"} (the default) or {@code "farmhash"}.
   */
  public IntegerLookup oovMethod(String value) {
    return hashing(value);
  }

  @Override
  protected void configured() {
    if (!vocabularyDtype.equals("int64")) {
      throw new IllegalArgumentException(label()
          + ": 'vocabulary_dtype' expects 'int64', as in Keras, got '" + vocabularyDtype + "'");
    }
    super.configured();
  }
}
