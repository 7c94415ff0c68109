package org.keras4j.text.internal.pipeline;

import java.util.List;

/**
 * Which tokens stand around and between texts.
 *
 * @param single what one text becomes
 * @param pair what two texts become
 */
public record Template(List<Part> single, List<Part> pair) {
  /** A text alone, and two texts one after the other: the second has the type 1. */
  public static final Template NONE =
      new Template(List.of(Part.first(0)), List.of(Part.first(0), Part.second(1)));

  /**
   * A part: a text, or tokens of its own.
   *
   * @param text 0 for the first text, 1 for the second, -1 for tokens
   * @param ids the tokens, none for a text
   * @param type the number that tells which text tokens belong to
   */
  public record Part(int text, List<Integer> ids, int type) {
    /** The first text. */
    public static Part first(int type) {
      return new Part(0, List.of(), type);
    }

    /** The second text. */
    public static Part second(int type) {
      return new Part(1, List.of(), type);
    }

    /** Tokens. */
    public static Part tokens(List<Integer> ids, int type) {
      return new Part(-1, ids, type);
    }
  }

  /** The number of tokens that are added to one text or to two. */
  public int added(boolean two) {
    return (two ? pair : single).stream().mapToInt(p -> p.ids.size()).sum();
  }
}
