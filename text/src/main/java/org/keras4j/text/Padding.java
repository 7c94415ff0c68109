package org.keras4j.text;

import org.jspecify.annotations.Nullable;

/**
 * How encodings are brought to one length.
 *
 * <pre>{@code
 * tokenizer.padding(Padding.longest().token(0).multipleOf(8));
 * }</pre>
 *
 * @param length the length, or null for that of the longest in a batch
 * @param multipleOf what the length is rounded up to a multiple of, 0 for nothing
 * @param token the number of the token to fill with
 * @param type the type of that token
 * @param side the end that is filled
 */
public record Padding(@Nullable Integer length, int multipleOf, int token, int type, Side side) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public Padding {
    if (length != null && length < 0 || multipleOf < 0 || token < 0 || type < 0) {
      throw new IllegalArgumentException("Padding: expected no negative numbers, got length "
          + length + ", multipleOf " + multipleOf + ", token " + token + ", type " + type);
    }
  }

  /** Fills the ends with token 0, to the length of the longest in a batch. */
  public static Padding longest() {
    return new Padding(null, 0, 0, 0, Side.RIGHT);
  }

  /** Fills the ends with token 0, to a given length. */
  public static Padding to(int length) {
    return new Padding(length, 0, 0, 0, Side.RIGHT);
  }

  /** The same with a length that is a multiple of a number. */
  public Padding multipleOf(int value) {
    return new Padding(length, value, token, type, side);
  }

  /** The same with another token. */
  public Padding token(int value) {
    return new Padding(length, multipleOf, value, type, side);
  }

  /** The same with another type. */
  public Padding type(int value) {
    return new Padding(length, multipleOf, token, value, side);
  }

  /** The same at another end. */
  public Padding side(Side value) {
    return new Padding(length, multipleOf, token, type, value);
  }

  int target(int longest) {
    int n = length == null ? longest : length;
    return multipleOf > 0 && n % multipleOf > 0 ? n + multipleOf - n % multipleOf : n;
  }
}
