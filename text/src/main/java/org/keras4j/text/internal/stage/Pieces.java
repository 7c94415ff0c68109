package org.keras4j.text.internal.stage;

import java.util.Arrays;

/** A text and the parts that it is split into, which a model turns into tokens one by one. */
public final class Pieces {
  private final Text text;
  private int[] bounds;
  private int count;

  /** No pieces yet of a text. */
  public Pieces(Text text) {
    this.text = text;
    this.bounds = new int[32];
  }

  /** One piece. */
  public static Pieces of(Text text, int start, int end) {
    Pieces p = new Pieces(text);
    p.add(start, end);
    return p;
  }

  /** The text that the pieces are of. */
  public Text text() {
    return text;
  }

  /** How many there are. */
  public int count() {
    return count;
  }

  /** Where a piece begins. */
  public int start(int i) {
    return bounds[2 * i];
  }

  /** Where a piece ends. */
  public int end(int i) {
    return bounds[2 * i + 1];
  }

  /** Adds a piece; an empty one is passed over. */
  public void add(int start, int end) {
    if (start >= end) {
      return;
    }
    if (2 * count == bounds.length) {
      bounds = Arrays.copyOf(bounds, bounds.length * 2);
    }
    bounds[2 * count] = start;
    bounds[2 * count++ + 1] = end;
  }

  /** Whether one piece, the whole of the text, is all there is. */
  public boolean isWhole() {
    return count == 1 && bounds[0] == 0 && bounds[1] == text.length();
  }
}
