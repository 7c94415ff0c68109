package org.keras4j.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.keras4j.text.internal.pipeline.Pipeline;

/**
 * The tokens of a text, or of two. All arrays have one entry a token and are copies: they may be changed. Places are
 * positions of UTF-16 code units, as in {@link String#substring(int, int)}.
 */
public final class Encoding {
  private final Pipeline pipeline;
  private final Columns columns;
  private final List<Encoding> overflowing;

  Encoding(Pipeline pipeline, Columns columns, List<Encoding> overflowing) {
    this.pipeline = pipeline;
    this.columns = columns;
    this.overflowing = List.copyOf(overflowing);
  }

  Columns columns() {
    return columns;
  }

  /** The number of tokens. */
  public int length() {
    return columns.ids().length;
  }

  /** The numbers of the tokens. */
  public int[] ids() {
    return columns.ids().clone();
  }

  /** The tokens as the vocabulary has them. */
  public List<String> tokens() {
    List<String> out = new ArrayList<>(length());
    for (int id : columns.ids()) {
      out.add(String.valueOf(pipeline.token(id)));
    }
    return out;
  }

  /** Which of two texts a token belongs to, as the model was trained: 0 or 1. */
  public int[] typeIds() {
    return columns.types().clone();
  }

  /** 1 for tokens, 0 for padding. */
  public int[] attentionMask() {
    return columns.attention().clone();
  }

  /** 1 for tokens that were put around texts, and for padding; 0 for those of the texts. */
  public int[] specialTokensMask() {
    return columns.special().clone();
  }

  /** Where each token begins in its text; 0 for tokens that stand for nothing in it. */
  public int[] starts() {
    return columns.from().clone();
  }

  /** Where each token ends in its text; 0 for tokens that stand for nothing in it. */
  public int[] ends() {
    return columns.to().clone();
  }

  /** The word of its text that each token belongs to, from 0; -1 for tokens that were put in. */
  public int[] wordIds() {
    return columns.words().clone();
  }

  /** The text that each token belongs to: 0, 1, or -1 for tokens that were put in. */
  public int[] sequenceIds() {
    return columns.sequences().clone();
  }

  /** The parts that were cut off by {@link Truncation}, each an encoding of its own. */
  public List<Encoding> overflowing() {
    return overflowing;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Encoding e
        && columns.sameAs(e.columns)
        && overflowing.equals(e.overflowing);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(columns.ids());
  }

  @Override
  public String toString() {
    return tokens().toString();
  }
}
