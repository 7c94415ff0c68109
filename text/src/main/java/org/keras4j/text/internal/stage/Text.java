package org.keras4j.text.internal.stage;

import java.util.Arrays;

/**
 * Characters on their way through a tokenizer, each with the range of the original text that it came from. Positions
 * are those of UTF-16 code units, as in {@link String}.
 */
public final class Text {
  private char[] chars;
  private int[] from;
  private int[] to;
  private int length;

  /** An empty text with room for some characters. */
  public Text(int capacity) {
    int n = Math.max(capacity, 16);
    chars = new char[n];
    from = new int[n];
    to = new int[n];
  }

  /**
   * A part of a string, each character aligned with itself. A surrogate without its partner becomes U+FFFD.
   *
   * @param s the original text
   * @param start where the part begins
   * @param end where it ends
   */
  public static Text of(String s, int start, int end) {
    Text t = new Text(end - start);
    s.getChars(start, end, t.chars, 0);
    t.length = end - start;
    for (int i = 0; i < t.length; i++) {
      char c = t.chars[i];
      if (Character.isSurrogate(c)) {
        boolean pair = Character.isHighSurrogate(c)
            && i + 1 < t.length
            && Character.isLowSurrogate(t.chars[i + 1]);
        if (pair) {
          // Both halves stand for the whole character.
          t.from[i] = start + i;
          t.to[i] = start + i + 2;
          i++;
          t.from[i] = start + i - 1;
          t.to[i] = start + i + 1;
          continue;
        }
        t.chars[i] = '\uFFFD';
      }
      t.from[i] = start + i;
      t.to[i] = start + i + 1;
    }
    return t;
  }

  /** The number of UTF-16 code units. */
  public int length() {
    return length;
  }

  /** A code unit. */
  public char at(int i) {
    return chars[i];
  }

  /** The code point that begins at a position. */
  public int codePointAt(int i) {
    return Character.codePointAt(chars, i, length);
  }

  /** The code point that ends before a position. */
  public int codePointBefore(int i) {
    return Character.codePointBefore(chars, i);
  }

  /** Where the original of a code unit begins. */
  public int from(int i) {
    return from[i];
  }

  /** Where the original of a code unit ends. */
  public int to(int i) {
    return to[i];
  }

  /** The code units themselves; those from {@link #length()} on mean nothing. */
  public char[] chars() {
    return chars;
  }

  /** A part as a string. */
  public String string(int start, int end) {
    return new String(chars, start, end - start);
  }

  /** Whether all characters are ASCII. */
  public boolean isAscii() {
    int or = 0;
    for (int i = 0; i < length; i++) {
      or |= chars[i];
    }
    return or < 0x80;
  }

  /** Adds a code unit that came from a range of the original. */
  public void add(char c, int start, int end) {
    if (length == chars.length) {
      grow(length + 1);
    }
    chars[length] = c;
    from[length] = start;
    to[length++] = end;
  }

  /** Adds a code point that came from a range of the original. */
  public void addCodePoint(int c, int start, int end) {
    if (c < 0x10000) {
      add((char) c, start, end);
    } else {
      add(Character.highSurrogate(c), start, end);
      add(Character.lowSurrogate(c), start, end);
    }
  }

  /** Adds all characters of a string, all from one range of the original. */
  public void addAll(String s, int start, int end) {
    for (int i = 0; i < s.length(); i++) {
      add(s.charAt(i), start, end);
    }
  }

  /** Adds a part of another text with its alignments. */
  public void copy(Text other, int start, int end) {
    int n = end - start;
    if (length + n > chars.length) {
      grow(length + n);
    }
    System.arraycopy(other.chars, start, chars, length, n);
    System.arraycopy(other.from, start, from, length, n);
    System.arraycopy(other.to, start, to, length, n);
    length += n;
  }

  private void grow(int needed) {
    int n = Math.max(needed, chars.length * 2);
    chars = Arrays.copyOf(chars, n);
    from = Arrays.copyOf(from, n);
    to = Arrays.copyOf(to, n);
  }

  @Override
  public String toString() {
    return string(0, length);
  }
}
