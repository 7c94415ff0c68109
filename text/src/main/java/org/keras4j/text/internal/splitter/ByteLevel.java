package org.keras4j.text.internal.splitter;

import org.keras4j.text.internal.stage.ByteAlphabet;
import org.keras4j.text.internal.stage.Pieces;
import org.keras4j.text.internal.stage.Splitter;
import org.keras4j.text.internal.stage.Text;

/** Writes each byte of the text in UTF-8 as one visible character (GPT-2). */
public final class ByteLevel implements Splitter {
  private final boolean addPrefixSpace;
  private final boolean useRegex;

  /**
   * Makes one.
   *
   * @param addPrefixSpace whether a piece without a space in front gets one
   * @param useRegex whether pieces are split by GPT-2's words first
   */
  public ByteLevel(boolean addPrefixSpace, boolean useRegex) {
    this.addPrefixSpace = addPrefixSpace;
    this.useRegex = useRegex;
  }

  @Override
  public Pieces split(Pieces given) {
    Pieces in = addPrefixSpace ? Prefix.of(given, ' ', false) : given;
    if (useRegex) {
      in = WordPattern.GPT2.split(in);
    }
    Text text = in.text();
    char[] c = text.chars();
    Text bytes = new Text(text.length() + text.length() / 4);
    Pieces out = new Pieces(bytes);
    for (int p = 0; p < in.count(); p++) {
      int start = bytes.length();
      int end = in.end(p);
      for (int i = in.start(p); i < end; i++) {
        char x = c[i];
        if (x < 0x80) {
          bytes.add(ByteAlphabet.character(x), text.from(i), text.to(i));
        } else {
          i += wide(text, i, bytes);
        }
      }
      out.add(start, bytes.length());
    }
    return out;
  }

  private static int wide(Text text, int i, Text out) {
    int c = text.codePointAt(i);
    int from = text.from(i);
    int to = text.to(i);
    if (c < 0x800) {
      out.add(ByteAlphabet.character(0xC0 | c >> 6), from, to);
    } else {
      if (c < 0x10000) {
        out.add(ByteAlphabet.character(0xE0 | c >> 12), from, to);
      } else {
        out.add(ByteAlphabet.character(0xF0 | c >> 18), from, to);
        out.add(ByteAlphabet.character(0x80 | c >> 12 & 0x3F), from, to);
      }
      out.add(ByteAlphabet.character(0x80 | c >> 6 & 0x3F), from, to);
    }
    out.add(ByteAlphabet.character(0x80 | c & 0x3F), from, to);
    return c < 0x10000 ? 0 : 1;
  }
}
