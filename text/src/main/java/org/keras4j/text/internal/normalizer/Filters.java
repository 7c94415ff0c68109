package org.keras4j.text.internal.normalizer;

import java.util.function.IntPredicate;
import org.keras4j.text.internal.stage.Normalizer;
import org.keras4j.text.internal.stage.Text;
import org.keras4j.text.internal.stage.Unicode;

/** Normalizers that take characters away, or put one for another. */
public final class Filters {
  private Filters() {}

  /** Removes combining marks. */
  public static Normalizer stripAccents() {
    return text -> remove(text, c -> Unicode.is(c, Unicode.MARK));
  }

  /** Removes white space at the ends. */
  public static Normalizer strip(boolean left, boolean right) {
    return text -> {
      int start = 0;
      int end = text.length();
      while (left && start < end && Unicode.is(text.at(start), Unicode.SPACE)) {
        start++;
      }
      while (right && end > start && Unicode.is(text.at(end - 1), Unicode.SPACE)) {
        end--;
      }
      if (end - start == text.length()) {
        return text;
      }
      Text out = new Text(end - start);
      out.copy(text, start, end);
      return out;
    };
  }

  /** What SentencePiece's "nmt" rules do to control characters and spaces. */
  public static Normalizer nmt() {
    return text -> {
      Text kept = remove(text, Filters::isNmtControl);
      char[] c = kept.chars();
      for (int i = 0; i < kept.length(); i++) {
        if (isNmtSpace(c[i])) {
          c[i] = ' ';
        }
      }
      return kept;
    };
  }

  private static boolean isNmtControl(int c) {
    return c >= 1 && c <= 8
        || c == 0xB
        || c >= 0xE && c <= 0x1F
        || c == 0x7F
        || c == 0x8F
        || c == 0x9F;
  }

  private static boolean isNmtSpace(char c) {
    return c == 9
        || c == 10
        || c == 12
        || c == 13
        || c == 0x1680
        || c >= 0x200B && c <= 0x200F
        || c == 0x2028
        || c == 0x2029
        || c == 0x2581
        || c == 0xFEFF
        || c == 0xFFFD;
  }

  private static Text remove(Text in, IntPredicate what) {
    Text out = new Text(in.length());
    for (int i = 0; i < in.length(); ) {
      int c = in.codePointAt(i);
      int next = i + Character.charCount(c);
      if (!what.test(c)) {
        out.copy(in, i, next);
      }
      i = next;
    }
    return out;
  }
}
