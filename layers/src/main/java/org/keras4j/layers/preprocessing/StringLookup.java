package org.keras4j.layers.preprocessing;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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
 *
 * <pre>{@code
 * var layer = new StringLookup().outputMode("int");
 * layer.adapt(NDArray.from(new String[] {"a", "b", "a"}));
 * Tensor y = layer.invoke(new String[] {"a", "z"}); // 1, 0
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class StringLookup extends IndexLookup<StringLookup> {
  private static final Set<String> UTF_8 = Set.of("utf-8", "utf8", "utf_8");

  // how bytes become text; strings of Java are text already
  @Config
  private String encoding = "utf-8";

  /** With no vocabulary: {@code adapt} it, or give it one. */
  public StringLookup() {
    super(DType.STRING, "[UNK]");
  }

  /**
   * What unknown places become when inverted.
   *
   * @param value {@code "[UNK]"} by default
   * @return this layer
   */
  public StringLookup oovToken(String value) {
    return oov(value);
  }

  /**
   * The token that goes to place 0 in the output mode {@code "int"}.
   *
   * @param value null (the default) for none
   * @return this layer
   */
  public StringLookup maskToken(@Nullable String value) {
    return mask(value);
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
