package org.keras4j.text.internal.normalizer;

import org.keras4j.text.internal.splitter.Matches;
import org.keras4j.text.internal.stage.Normalizer;
import org.keras4j.text.internal.stage.Text;

/** Normalizers that put strings into a text. */
public final class Replacements {
  private Replacements() {}

  /** Puts a string in the place of each match, aligned with the match's last character. */
  public static Normalizer replace(Matches pattern, String content) {
    return text -> {
      Text out = new Text(text.length() + 8);
      int[] last = {0};
      pattern.find(text, 0, text.length(), (start, end) -> {
        out.copy(text, last[0], start);
        int from = end > 0 ? text.from(end - 1) : 0;
        int to = end > 0 ? text.to(end - 1) : 0;
        out.addAll(content, from, to);
        last[0] = end;
      });
      if (last[0] == 0 && out.length() == 0) {
        return text;
      }
      out.copy(text, last[0], text.length());
      return out;
    };
  }

  /** Puts a string before a text that is not empty, aligned with its first character. */
  public static Normalizer prepend(String content) {
    return text -> {
      if (text.length() == 0) {
        return text;
      }
      Text out = new Text(text.length() + content.length());
      out.addAll(content, text.from(0), text.to(0));
      out.copy(text, 0, text.length());
      return out;
    };
  }
}
