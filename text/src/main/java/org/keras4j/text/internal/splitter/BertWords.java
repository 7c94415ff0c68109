package org.keras4j.text.internal.splitter;

import org.keras4j.text.internal.stage.Pieces;
import org.keras4j.text.internal.stage.Splitter;
import org.keras4j.text.internal.stage.Text;
import org.keras4j.text.internal.stage.Unicode;

/** Splits at white space, which is dropped, and around each character of punctuation (BERT). */
public final class BertWords implements Splitter {
  @Override
  public Pieces split(Pieces in) {
    Text text = in.text();
    Pieces out = new Pieces(text);
    for (int p = 0; p < in.count(); p++) {
      int start = in.start(p);
      int end = in.end(p);
      int i = start;
      while (i < end) {
        int c = text.codePointAt(i);
        int next = i + Character.charCount(c);
        int kind = Unicode.classes(c) & (Unicode.SPACE | Unicode.PUNCTUATION);
        if (kind != 0) {
          out.add(start, i);
          if ((kind & Unicode.SPACE) == 0) {
            out.add(i, next);
          }
          start = next;
        }
        i = next;
      }
      out.add(start, end);
    }
    return out;
  }
}
