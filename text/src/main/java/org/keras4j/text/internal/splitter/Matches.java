package org.keras4j.text.internal.splitter;

import java.nio.CharBuffer;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.keras4j.text.internal.stage.Text;

/** Finds what a pattern matches in a text, from left to right. */
public interface Matches {
  /** Takes matches. */
  interface Sink {
    /** A match, from a position to another. */
    void match(int start, int end);
  }

  /** Tells of all matches in a part of a text. */
  void find(Text text, int start, int end, Sink out);

  /** Each occurrence of a string. */
  static Matches literal(String s) {
    char[] x = s.toCharArray();
    return (text, start, end, out) -> {
      char[] c = text.chars();
      int i = start;
      while (x.length > 0 && i + x.length <= end) {
        int k = 0;
        while (k < x.length && c[i + k] == x[k]) {
          k++;
        }
        if (k == x.length) {
          out.match(i, i + k);
          i += k;
        } else {
          i++;
        }
      }
    };
  }

  /** Each code point of a kind. */
  static Matches each(IntPredicate kind) {
    return (text, start, end, out) -> {
      int i = start;
      while (i < end) {
        int c = text.codePointAt(i);
        int next = i + Character.charCount(c);
        if (kind.test(c)) {
          out.match(i, next);
        }
        i = next;
      }
    };
  }

  /** Runs of code points of one or the other kind, each as long as may be. */
  static Matches runs(IntPredicate one, IntPredicate other) {
    return (text, start, end, out) -> {
      int i = start;
      while (i < end) {
        int c = text.codePointAt(i);
        int next = i + Character.charCount(c);
        IntPredicate kind = one.test(c) ? one : other.test(c) ? other : null;
        if (kind != null) {
          while (next < end && kind.test(text.codePointAt(next))) {
            next += Character.charCount(text.codePointAt(next));
          }
          out.match(i, next);
        }
        i = next;
      }
    };
  }

  /**
   * A regular expression as the files of tokenizers have it.
   *
   * @param regex in the syntax of Oniguruma
   * @throws IllegalArgumentException if Java cannot run it
   */
  static Matches regex(String regex) {
    Pattern pattern = compile(regex);
    return (text, start, end, out) -> {
      Matcher m = pattern.matcher(CharBuffer.wrap(text.chars(), start, end - start));
      while (m.find()) {
        out.match(start + m.start(), start + m.end());
      }
    };
  }

  /** The expression for Java: classes are Unicode's, and scripts have the prefix that Java wants. */
  static Pattern compile(String regex) {
    String java = regex.replaceAll("\\\\([pP])\\{(?!Is|In)([A-Za-z_]{3,})\\}", "\\\\$1{Is$2}");
    try {
      return Pattern.compile(java, Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNICODE_CASE);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "tokenizer: the regular expression " + regex + " cannot be run: " + e.getDescription(),
          e);
    }
  }
}
