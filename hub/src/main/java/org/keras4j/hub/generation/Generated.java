package org.keras4j.hub.generation;

import java.util.Arrays;

/**
 * What a language model made of a text.
 *
 * @param text what follows the given text, without what ended it
 * @param tokens the tokens that were generated, without one that ended the text
 * @param promptTokens how many tokens the given text has
 * @param end why it ended
 */
public record Generated(String text, int[] tokens, int promptTokens, End end) {
  /** Why a generation ended. */
  public enum End {
    /** The model gave a token that ends texts. */
    TOKEN,
    /** One of the texts to stop at came. */
    TEXT,
    /** There were as many tokens as asked for. */
    LENGTH
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Generated g
        && text.equals(g.text)
        && Arrays.equals(tokens, g.tokens)
        && promptTokens == g.promptTokens
        && end == g.end;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(tokens);
  }

  @Override
  public String toString() {
    return text;
  }
}
