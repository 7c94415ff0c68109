package org.keras4j.text.internal.normalizer;

import java.text.Normalizer.Form;
import org.keras4j.text.internal.stage.Normalizer;
import org.keras4j.text.internal.stage.Text;
import org.keras4j.text.internal.stage.Unicode;

/** A normalization form of Unicode: NFC, NFD, NFKC or NFKD. */
public final class UnicodeForm implements Normalizer {
  /** No character is taken apart into more. */
  private static final int LONGEST = 18;

  private final Form form;
  private final boolean composes;
  private final Form decomposition;
  /** The first character that the form may change or join to the one before. */
  private final int first;

  /** Makes one of a form. */
  public UnicodeForm(Form form) {
    this.form = form;
    this.composes = form == Form.NFC || form == Form.NFKC;
    this.decomposition = form == Form.NFC || form == Form.NFD ? Form.NFD : Form.NFKD;
    this.first = switch (form) {
      case NFC -> 0x300;
      case NFD -> 0xC0;
      default -> 0xA0;
    };
  }

  /** A string in a form. */
  static String of(String s, Form form) {
    return s.length() <= 2 && Unicode.isLater(s.codePointAt(0))
        ? s
        : java.text.Normalizer.normalize(s, form);
  }

  @Override
  public Text normalize(Text in) {
    if (!mayChange(in) || java.text.Normalizer.isNormalized(in.toString(), form)) {
      return in;
    }
    Text out = new Text(in.length() + in.length() / 4);
    int start = 0;
    while (start < in.length()) {
      // Characters below U+0300 never join to what stands before them.
      int c = in.codePointAt(start);
      int end = start + Character.charCount(c);
      if (Unicode.isLater(c)) {
        out.copy(in, start, end);
      } else {
        while (end < in.length() && in.at(end) >= 0x300 && !Unicode.isLater(in.codePointAt(end))) {
          end += Character.charCount(in.codePointAt(end));
        }
        segment(in, start, end, out);
      }
      start = end;
    }
    return out;
  }

  private boolean mayChange(Text in) {
    for (int i = 0; i < in.length(); i++) {
      if (in.at(i) >= first) {
        return true;
      }
    }
    return false;
  }

  private void segment(Text in, int start, int end, Text out) {
    if (end - start == 1 && in.at(start) < first) {
      out.copy(in, start, end);
      return;
    }
    String s = in.string(start, end);
    String t = of(s, form);
    if (s.equals(t)) {
      out.copy(in, start, end);
    } else {
      align(in, start, end, t, out);
    }
  }

  /**
   * Adds a changed segment. Its characters take the places of the old ones in turn: one that was composed takes as many
   * as it is made of, those that one was taken apart into share its place.
   */
  private void align(Text in, int start, int end, String changed, Text out) {
    int[] places = new int[end - start + 1];
    int count = 0;
    int[] parts = new int[(end - start) * LONGEST];
    boolean[] further = new boolean[parts.length];
    int last = 0;
    for (int i = start; i < end; ) {
      int c = in.codePointAt(i);
      String d = of(Character.toString(c), decomposition);
      for (int k = 0; k < d.length(); ) {
        parts[last] = d.codePointAt(k);
        further[last] = k > 0;
        k += Character.charCount(parts[last++]);
      }
      places[count++] = i;
      i += Character.charCount(c);
    }
    places[count] = end;
    int low = 0;
    int place = 0;
    for (int i = 0; i < changed.length(); ) {
      int c = changed.codePointAt(i);
      i += Character.charCount(c);
      String d = composes ? of(Character.toString(c), Form.NFD) : Character.toString(c);
      int taken = 0;
      for (int k = 0; k < d.length(); ) {
        int p = d.codePointAt(k);
        k += Character.charCount(p);
        int found = take(parts, low, last, p);
        taken += found >= 0 && !further[found] ? 1 : 0;
      }
      while (low < last && parts[low] < 0) {
        low++;
      }
      int at = places[Math.min(place, count - 1)];
      if (taken == 0) {
        at = place > 0 ? places[Math.min(place, count) - 1] : Math.max(start - 1, 0);
      }
      out.addCodePoint(c, in.from(at), in.to(at));
      place += taken;
    }
  }

  private static int take(int[] parts, int low, int count, int wanted) {
    for (int i = low; i < count; i++) {
      if (parts[i] == wanted) {
        parts[i] = -1;
        return i;
      }
    }
    return -1;
  }
}
