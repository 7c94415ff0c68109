package org.keras4j.text.internal.splitter;

import org.keras4j.text.internal.stage.Pieces;
import org.keras4j.text.internal.stage.Splitter;
import org.keras4j.text.internal.stage.Text;

/** Writes spaces as a visible character, as SentencePiece does, and splits before each. */
public final class Metaspace implements Splitter {
  /** Which pieces get the character in front. */
  public enum Scheme {
    /** All. */
    ALWAYS,
    /** The one at the beginning of the text. */
    FIRST,
    /** None. */
    NEVER
  }

  private final char replacement;
  private final Scheme scheme;
  private final boolean split;

  /**
   * Makes one.
   *
   * @param replacement what stands for a space, usually U+2581
   * @param scheme which pieces get one in front
   * @param split whether pieces are split before each
   */
  public Metaspace(char replacement, Scheme scheme, boolean split) {
    this.replacement = replacement;
    this.scheme = scheme;
    this.split = split;
  }

  @Override
  public Pieces split(Pieces in) {
    Text text = in.text();
    Text out = new Text(text.length() + 1);
    out.copy(text, 0, text.length());
    char[] c = out.chars();
    for (int i = 0; i < out.length(); i++) {
      if (c[i] == ' ') {
        c[i] = replacement;
      }
    }
    Pieces pieces = new Pieces(out);
    for (int p = 0; p < in.count(); p++) {
      pieces.add(in.start(p), in.end(p));
    }
    if (scheme != Scheme.NEVER) {
      pieces = Prefix.of(pieces, replacement, scheme == Scheme.FIRST);
    }
    return split ? words(pieces) : pieces;
  }

  private Pieces words(Pieces in) {
    Text text = in.text();
    char[] c = text.chars();
    Pieces out = new Pieces(text);
    for (int p = 0; p < in.count(); p++) {
      int start = in.start(p);
      for (int i = start + 1; i < in.end(p); i++) {
        if (c[i] == replacement) {
          out.add(start, i);
          start = i;
        }
      }
      out.add(start, in.end(p));
    }
    return out;
  }
}
