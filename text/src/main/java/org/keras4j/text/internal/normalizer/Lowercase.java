package org.keras4j.text.internal.normalizer;

import org.keras4j.text.internal.stage.Normalizer;
import org.keras4j.text.internal.stage.Text;
import org.keras4j.text.internal.stage.Unicode;

/** Makes letters small, one by one. */
public final class Lowercase implements Normalizer {
  private static final int I_WITH_DOT = 0x130;

  @Override
  public Text normalize(Text in) {
    Text out = new Text(in.length() + 8);
    int n = in.length();
    for (int i = 0; i < n; ) {
      int c = in.codePointAt(i);
      out.addCodePoint(Unicode.lower(c), in.from(i), in.to(i));
      if (c == I_WITH_DOT) {
        out.add('\u0307', in.from(i), in.to(i));
      }
      i += Character.charCount(c);
    }
    return out;
  }

  /** Appends the small letter of a code point, of one two. */
  static void append(int c, StringBuilder out) {
    out.appendCodePoint(Unicode.lower(c));
    if (c == I_WITH_DOT) {
      out.append('\u0307');
    }
  }
}
