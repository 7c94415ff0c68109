package org.keras4j.layers.preprocessing;

import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Turns strings into their places in a vocabulary, or back ({@code keras.layers.StringLookup}). It runs on
 * the host. Unknown strings go to places before the vocabulary.
 *
 * <p>Input shape: any. Output shape: the input's, of int64, for the output mode {@code "int"}; the others
 * encode as {@link CategoryEncoding} does, {@code "tf_idf"} with counts times weights. Inverted, the result
 * is an {@link NDArray} of strings.
 */
@KerasSerializable(module = "keras.layers")
public final class StringLookup extends IndexLookup<StringLookup> {
  @Config
  private String encoding = "utf-8";

  public StringLookup() {
    super(DType.STRING, "[UNK]");
  }
}
