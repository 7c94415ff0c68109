package org.keras4j.text;

import java.util.Locale;

/**
 * How many tokens a text, or two texts together, may have, those around them included. What is cut off makes further
 * encodings ({@link Encoding#overflowing()}).
 *
 * <pre>{@code
 * tokenizer.truncation(Truncation.to(512).stride(64));
 * }</pre>
 *
 * @param length the most tokens, 0 or more
 * @param stride how many tokens a part shares with the part before it, less than {@code length}
 * @param strategy which of two texts is cut
 * @param side the end that tokens are cut off at
 */
public record Truncation(int length, int stride, Strategy strategy, Side side) {
  /** Which of two texts is cut. */
  public enum Strategy {
    /** The longer one, until both are equally long. */
    LONGEST_FIRST,
    /** The first one. */
    ONLY_FIRST,
    /** The second one. */
    ONLY_SECOND
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if the length is negative, or the stride not below it
   */
  public Truncation {
    if (length < 0 || stride < 0 || stride > 0 && stride >= length) {
      throw new IllegalArgumentException("Truncation: expected 0 <= stride < length, got stride "
          + stride + " and length " + length);
    }
  }

  /** Cuts the longer text at its end. */
  public static Truncation to(int length) {
    return new Truncation(length, 0, Strategy.LONGEST_FIRST, Side.RIGHT);
  }

  /** The same with parts that overlap. */
  public Truncation stride(int value) {
    return new Truncation(length, value, strategy, side);
  }

  /** The same with another choice between two texts. */
  public Truncation strategy(Strategy value) {
    return new Truncation(length, stride, value, side);
  }

  /** The same at another end. */
  public Truncation side(Side value) {
    return new Truncation(length, stride, strategy, value);
  }

  static Strategy strategy(String name) {
    String upper = name.replaceAll("(?<=.)([A-Z])", "_$1").toUpperCase(Locale.ROOT);
    for (Strategy s : Strategy.values()) {
      if (s.name().equals(upper)) {
        return s;
      }
    }
    throw new IllegalArgumentException("truncation: the strategy '" + name + "' is not known");
  }
}
