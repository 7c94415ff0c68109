package org.keras4j.text.internal.normalizer;

import java.text.Normalizer.Form;
import org.jspecify.annotations.Nullable;
import org.keras4j.text.internal.stage.Normalizer;
import org.keras4j.text.internal.stage.Text;
import org.keras4j.text.internal.stage.Unicode;

/** What BERT does to a text first: control characters, ideographs, accents, case. */
public final class BertNormalizer implements Normalizer {
  private final boolean clean;
  private final boolean ideographs;
  private final boolean strip;
  private final boolean lower;
  /** What each character becomes but for what is around it; filled as characters are met. */
  private final @Nullable String[] folded = new String[0x10000];

  /**
   * Makes one.
   *
   * @param clean whether control characters are removed and white space becomes spaces
   * @param ideographs whether ideographs get spaces around
   * @param strip whether accents are removed
   * @param lower whether letters become small
   */
  public BertNormalizer(boolean clean, boolean ideographs, boolean strip, boolean lower) {
    this.clean = clean;
    this.ideographs = ideographs;
    this.strip = strip;
    this.lower = lower;
  }

  @Override
  public Text normalize(Text in) {
    int n = in.length();
    Text out = new Text(n + n / 8);
    char[] chars = in.chars();
    for (int i = 0; i < n; i++) {
      char x = chars[i];
      if (x < 0x80) {
        ascii(x, in, i, out);
      } else {
        int c = in.codePointAt(i);
        other(c, in.from(i), in.to(i), out);
        i += Character.charCount(c) - 1;
      }
    }
    return out;
  }

  private void ascii(char x, Text in, int i, Text out) {
    char y = x;
    if (x < ' ' || x == 0x7F) {
      if (clean) {
        if (x != '\t' && x != '\n' && x != '\r') {
          return;
        }
        y = ' ';
      }
    } else if (lower && x >= 'A' && x <= 'Z') {
      y = (char) (x + 32);
    }
    out.add(y, in.from(i), in.to(i));
  }

  private void other(int given, int from, int to, Text out) {
    int c = given;
    if (clean) {
      if (Unicode.is(c, Unicode.CONTROL)) {
        return;
      }
      if (Unicode.is(c, Unicode.SPACE)) {
        out.add(' ', from, to);
        return;
      }
    }
    boolean apart = ideographs && Unicode.isIdeograph(c);
    if (apart) {
      out.add(' ', from, to);
    }
    if (strip || lower) {
      String s = c < 0x10000 ? folded[c] : null;
      if (s == null) {
        s = fold(c);
        if (c < 0x10000) {
          folded[c] = s;
        }
      }
      out.addAll(s, from, to);
    } else {
      out.addCodePoint(c, from, to);
    }
    if (apart) {
      out.add(' ', from, to);
    }
  }

  private String fold(int given) {
    String s = Character.toString(given);
    StringBuilder out = new StringBuilder();
    (strip ? UnicodeForm.of(s, Form.NFD) : s).codePoints().forEach(c -> {
      if (!strip || !Unicode.is(c, Unicode.NONSPACING)) {
        if (lower) {
          Lowercase.append(c, out);
        } else {
          out.appendCodePoint(c);
        }
      }
    });
    return out.toString();
  }
}
