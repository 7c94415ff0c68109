package org.keras4j.text.internal.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.keras4j.text.internal.stage.Model;
import org.keras4j.text.internal.stage.Text;
import org.keras4j.text.internal.stage.Tokens;

/**
 * A model that remembers the tokens of short pieces, since few words make up most of a text. Threads share what is
 * remembered without locks: an entry does not change, and one that another thread overwrote is only made again.
 */
abstract class CachedModel implements Model {
  private static final int SLOTS = 1 << 15;
  private static final int LONGEST = 40;

  private final Vocabulary vocabulary;
  private final @Nullable Entry[] entries = new Entry[SLOTS];

  CachedModel(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** The tokens of a piece: their numbers, and where each begins and ends in the piece. */
  static final class Found {
    private int[] ids = new int[8];
    private int[] spans = new int[16];
    private int count;

    void add(int id, int start, int end) {
      if (count == ids.length) {
        ids = Arrays.copyOf(ids, count * 2);
        spans = Arrays.copyOf(spans, count * 4);
      }
      ids[count] = id;
      spans[2 * count] = start;
      spans[2 * count++ + 1] = end;
    }

    int count() {
      return count;
    }

    void clear() {
      count = 0;
    }

    /** Turns the tokens round that were added from a number on. */
    void reverse() {
      for (int i = 0, k = count - 1; i < k; i++, k--) {
        int id = ids[i];
        int start = spans[2 * i];
        int end = spans[2 * i + 1];
        ids[i] = ids[k];
        spans[2 * i] = spans[2 * k];
        spans[2 * i + 1] = spans[2 * k + 1];
        ids[k] = id;
        spans[2 * k] = start;
        spans[2 * k + 1] = end;
      }
    }
  }

  private record Entry(char[] piece, int[] ids, int[] spans) {
    boolean is(char[] c, int start, int end) {
      return Arrays.equals(piece, 0, piece.length, c, start, end);
    }
  }

  /** Finds the tokens of a piece. */
  abstract void find(char[] c, int start, int end, Found out);

  @Override
  public final void tokenize(Text text, int start, int end, Tokens out) {
    char[] c = text.chars();
    if (end - start > LONGEST) {
      Found found = new Found();
      find(c, start, end, found);
      add(text, start, found.ids, found.spans, found.count, out);
      return;
    }
    int hash = 0;
    for (int i = start; i < end; i++) {
      hash = hash * 31 + c[i];
    }
    int slot = (hash * 0x9E3779B9 >>> 8) & SLOTS - 1;
    Entry e = entries[slot];
    if (e == null || !e.is(c, start, end)) {
      Found found = new Found();
      find(c, start, end, found);
      e = new Entry(
          Arrays.copyOfRange(c, start, end),
          Arrays.copyOf(found.ids, found.count),
          Arrays.copyOf(found.spans, 2 * found.count));
      entries[slot] = e;
    }
    add(text, start, e.ids, e.spans, e.ids.length, out);
  }

  private static void add(Text text, int start, int[] ids, int[] spans, int count, Tokens out) {
    for (int i = 0; i < count; i++) {
      out.add(ids[i], text.from(start + spans[2 * i]), text.to(start + spans[2 * i + 1] - 1));
    }
  }

  @Override
  public final int id(String token) {
    return vocabulary.id(token);
  }

  @Override
  public final @Nullable String token(int id) {
    return vocabulary.token(id);
  }

  @Override
  public final int size() {
    return vocabulary.size();
  }

  final Vocabulary vocabulary() {
    return vocabulary;
  }
}
