package org.keras4j.text.internal.stage;

import java.util.Arrays;

/** Tokens found so far: their numbers, where they stand in the original text, and the piece each belongs to. */
public final class Tokens {
  private int[] ids = new int[64];
  private int[] from = new int[64];
  private int[] to = new int[64];
  private int[] words = new int[64];
  private int count;
  private int word;

  /** Adds a token of the current piece. */
  public void add(int id, int start, int end) {
    if (count == ids.length) {
      int n = count * 2;
      ids = Arrays.copyOf(ids, n);
      from = Arrays.copyOf(from, n);
      to = Arrays.copyOf(to, n);
      words = Arrays.copyOf(words, n);
    }
    ids[count] = id;
    from[count] = start;
    to[count] = end;
    words[count++] = word;
  }

  /** Says that what is added from now on belongs to the next piece. */
  public void nextWord() {
    word++;
  }

  /** How many tokens there are. */
  public int count() {
    return count;
  }

  /** The numbers of the tokens. */
  public int[] ids() {
    return Arrays.copyOf(ids, count);
  }

  /** Where each begins in the original text. */
  public int[] from() {
    return Arrays.copyOf(from, count);
  }

  /** Where each ends in the original text. */
  public int[] to() {
    return Arrays.copyOf(to, count);
  }

  /** The piece of each, counted from 0. */
  public int[] words() {
    return Arrays.copyOf(words, count);
  }
}
