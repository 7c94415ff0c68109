package org.keras4j.layers.preprocessing;

import java.util.Locale;
import java.util.Set;
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
  private static final Set<String> UTF_8 = Set.of("utf-8", "utf8", "utf_8");

  // how bytes become text; strings of Java are text already
  @Config
  private String encoding = "utf-8";

  public StringLookup() {
    super(DType.STRING, "[UNK]");
  }

  @Override
  protected void configured() {
    if (!UTF_8.contains(encoding.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(label() + ": 'encoding' expects 'utf-8', got '" + encoding
          + "': strings are text here, not bytes. Read bytes with 'new String(bytes, charset)'"
          + " first");
    }
    super.configured();
  }
}
