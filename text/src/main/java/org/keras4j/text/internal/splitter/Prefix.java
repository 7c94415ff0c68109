package org.keras4j.text.internal.splitter;

import org.keras4j.text.internal.stage.Pieces;
import org.keras4j.text.internal.stage.Text;

/** Puts a character before pieces that do not begin with it. */
final class Prefix {
  private Prefix() {}

  /**
   * The pieces with the character in front.
   *
   * @param in the pieces
   * @param prefix the character
   * @param first whether only a piece at the very beginning of the original text gets it
   */
  static Pieces of(Pieces in, char prefix, boolean first) {
    Text text = in.text();
    boolean needed = false;
    for (int p = 0; p < in.count(); p++) {
      needed |= lacks(text, in.start(p), prefix, first);
    }
    if (!needed) {
      return in;
    }
    Text out = new Text(text.length() + in.count());
    Pieces pieces = new Pieces(out);
    for (int p = 0; p < in.count(); p++) {
      int start = out.length();
      int i = in.start(p);
      if (lacks(text, i, prefix, first)) {
        out.add(prefix, text.from(i), text.to(i));
      }
      out.copy(text, i, in.end(p));
      pieces.add(start, out.length());
    }
    return pieces;
  }

  private static boolean lacks(Text text, int i, char prefix, boolean first) {
    return text.at(i) != prefix && (!first || text.from(i) == 0);
  }
}
