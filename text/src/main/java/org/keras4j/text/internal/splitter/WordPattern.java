package org.keras4j.text.internal.splitter;

import org.jspecify.annotations.Nullable;
import org.keras4j.text.internal.stage.Pieces;
import org.keras4j.text.internal.stage.Splitter;
import org.keras4j.text.internal.stage.Text;
import org.keras4j.text.internal.stage.Unicode;

/** The regular expressions that GPT-2, Llama 3, Qwen and their kin split words by, run by a scanner. */
public enum WordPattern implements Splitter {
  /** GPT-2, RoBERTa, Whisper. */
  GPT2("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+", 0),
  /** Llama 3, and the encoding {@code cl100k}. */
  LLAMA3(
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r"
          + "\\n"
          + "\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r"
          + "\\n"
          + "]*|\\s*[\\r"
          + "\\n"
          + "]+|\\s+(?!\\S)|\\s+",
      3),
  /** Qwen 2 and 3: digits one by one. */
  QWEN(
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r"
          + "\\n"
          + "\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r"
          + "\\n"
          + "]*|\\s*[\\r"
          + "\\n"
          + "]+|\\s+(?!\\S)|\\s+",
      1);

  private static final int LETTER = Unicode.LETTER;
  private static final int NUMBER = Unicode.NUMBER;
  private static final int SPACE = Unicode.SPACE;
  private static final int ALL = LETTER | NUMBER | SPACE;

  private final String regex;
  private final int digits;

  WordPattern(String regex, int digits) {
    this.regex = regex;
    this.digits = digits;
  }

  /** The scanner of a regular expression, or null. */
  public static @Nullable WordPattern of(String regex) {
    for (WordPattern p : values()) {
      if (p.regex.equals(regex)) {
        return p;
      }
    }
    return null;
  }

  @Override
  public Pieces split(Pieces in) {
    Text text = in.text();
    char[] c = text.chars();
    Pieces out = new Pieces(text);
    for (int p = 0; p < in.count(); p++) {
      int end = in.end(p);
      int i = in.start(p);
      while (i < end) {
        int next = digits == 0 ? gpt2(c, i, end) : modern(c, i, end);
        out.add(i, next);
        i = next;
      }
    }
    return out;
  }

  private static int gpt2(char[] c, int i, int end) {
    if (c[i] == '\'') {
      int e = contraction(c, i, end, false);
      if (e > i) {
        return e;
      }
    }
    int start = c[i] == ' ' && i + 1 < end ? i + 1 : i;
    int kind = kind(c, start, end);
    return kind == SPACE ? spaces(c, i, run(c, i, end, SPACE), end) : run(c, start, end, kind);
  }

  private int modern(char[] c, int i, int end) {
    if (c[i] == '\'') {
      int e = contraction(c, i, end, true);
      if (e > i) {
        return e;
      }
    }
    int kind = kind(c, i, end);
    if (kind == LETTER) {
      return run(c, i, end, LETTER);
    }
    if (kind == NUMBER) {
      int e = i;
      for (int n = 0; n < digits && e < end && kind(c, e, end) == NUMBER; n++) {
        e += width(c, e, end);
      }
      return e;
    }
    int next = i + width(c, i, end);
    int after = next < end ? kind(c, next, end) : SPACE;
    if (after == LETTER && c[i] != '\r' && c[i] != '\n') {
      return run(c, next, end, LETTER);
    }
    if (kind == 0 || c[i] == ' ' && after == 0) {
      int e = run(c, next, end, 0);
      while (e < end && (c[e] == '\r' || c[e] == '\n')) {
        e++;
      }
      return e;
    }
    int e = run(c, i, end, SPACE);
    for (int k = e - 1; k >= i; k--) {
      if (c[k] == '\r' || c[k] == '\n') {
        return k + 1;
      }
    }
    return spaces(c, i, e, end);
  }

  /** Spaces before a word leave the last of them to it. */
  private static int spaces(char[] c, int i, int e, int end) {
    return e == end || e - i < 2 ? e : e - 1;
  }

  private static int run(char[] c, int i, int end, int kind) {
    int e = i;
    while (e < end && kind(c, e, end) == kind) {
      e += width(c, e, end);
    }
    return e;
  }

  private static int kind(char[] c, int i, int end) {
    char x = c[i];
    if (x < 0xD800 || x > 0xDFFF) {
      return Unicode.classes(x) & ALL;
    }
    return Unicode.classes(Character.codePointAt(c, i, end)) & ALL;
  }

  private static int width(char[] c, int i, int end) {
    return Character.isHighSurrogate(c[i]) && i + 1 < end ? 2 : 1;
  }

  /** The end of 's, 't, 're, 've, 'm, 'll or 'd, or the start where there is none. */
  private static int contraction(char[] c, int i, int end, boolean anyCase) {
    if (i + 1 >= end) {
      return i;
    }
    char a = fold(c[i + 1], anyCase);
    if (a == 's' || a == 't' || a == 'm' || a == 'd') {
      return i + 2;
    }
    if (i + 2 < end) {
      char b = fold(c[i + 2], anyCase);
      if (b == 'e' && (a == 'r' || a == 'v') || a == 'l' && b == 'l') {
        return i + 3;
      }
    }
    return i;
  }

  private static char fold(char x, boolean anyCase) {
    if (!anyCase) {
      return x;
    }
    return x == '\u017F' ? 's' : x >= 'A' && x <= 'Z' ? (char) (x + 32) : x;
  }
}
