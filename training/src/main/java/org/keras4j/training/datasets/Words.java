package org.keras4j.training.datasets;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which words of {@link Imdb} and {@link Reuters} are taken, and how they are numbered, under Keras's names and with its
 * defaults. Words are numbered by how frequent they are.
 */
public final class Words {
  @Nullable
  Path path;

  int numWords;
  int skipTop;
  int maxlen;
  long seed = 113;

  @Nullable
  Integer startChar = 1;

  @Nullable
  Integer oovChar = 2;

  int indexFrom = 3;

  private Words() {}

  /** All words, 0 being free for padding, 1 the start, 2 a word that is left out, 3 not in use. */
  public static Words defaults() {
    return new Words();
  }

  /** The most frequent words, up to this index, alone; 0 for all. */
  public static Words numWords(int value) {
    if (value < 0) {
      throw new IllegalArgumentException("Words: numWords must not be negative, got " + value);
    }
    Words out = new Words();
    out.numWords = value;
    return out;
  }

  /** The file, in place of the one in Keras's cache, whose checksum is not asked for. */
  public Words path(@Nullable Path value) {
    path = value;
    return this;
  }

  /** Words of a lower index, the most frequent ones, are left out; 0 by default. */
  public Words skipTop(int value) {
    skipTop = value;
    return this;
  }

  /** Longer texts, with the start, are left out, and those of this length; 0, the default, for none. */
  public Words maxlen(int value) {
    maxlen = value;
    return this;
  }

  /** Of the order of the texts, which is Keras's for the same seed; 113 by default. */
  public Words seed(long value) {
    seed = value;
    return this;
  }

  /** What each text begins with; 1 by default, null for nothing. */
  public Words startChar(@Nullable Integer value) {
    startChar = value;
    return this;
  }

  /** {@link #startChar(Integer)} of a number. */
  public Words startChar(int value) {
    return startChar((Integer) value);
  }

  /** What stands for words that are left out; 2 by default, null for nothing. */
  public Words oovChar(@Nullable Integer value) {
    oovChar = value;
    return this;
  }

  /** {@link #oovChar(Integer)} of a number. */
  public Words oovChar(int value) {
    return oovChar((Integer) value);
  }

  /** What is added to the index of each word; 3 by default. */
  public Words indexFrom(int value) {
    indexFrom = value;
    return this;
  }
}
