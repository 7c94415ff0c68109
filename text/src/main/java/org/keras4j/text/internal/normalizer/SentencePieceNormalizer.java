package org.keras4j.text.internal.normalizer;

import org.jspecify.annotations.Nullable;
import org.keras4j.text.internal.stage.Normalizer;
import org.keras4j.text.internal.stage.Text;
import org.keras4j.text.internal.stage.Trie;

/** What a SentencePiece model does to a text first, as the library itself does it. */
public final class SentencePieceNormalizer implements Normalizer {
  private static final char SPACE = '\u2581';

  private final @Nullable CharsMap map;
  private final Trie userDefined;
  private final boolean dummyPrefix;
  private final boolean removeExtraSpaces;
  private final boolean escape;
  private final boolean suffix;

  /**
   * Makes one.
   *
   * @param map the model's table, or null for none
   * @param userDefined strings that stay as they are
   * @param dummyPrefix whether a space is put before the text
   * @param removeExtraSpaces whether spaces at the ends and after spaces are dropped
   * @param escape whether spaces become U+2581
   * @param suffix whether the space is put behind the text, not before it
   */
  public SentencePieceNormalizer(
      @Nullable CharsMap map,
      Trie userDefined,
      boolean dummyPrefix,
      boolean removeExtraSpaces,
      boolean escape,
      boolean suffix) {
    this.map = map;
    this.userDefined = userDefined;
    this.dummyPrefix = dummyPrefix;
    this.removeExtraSpaces = removeExtraSpaces;
    this.escape = escape;
    this.suffix = suffix;
  }

  @Override
  public Text normalize(Text in) {
    int n = in.length();
    Text out = new Text(n + n / 8 + 2);
    char space = escape ? SPACE : ' ';
    int i = 0;
    Step step = new Step();
    if (removeExtraSpaces) {
      while (i < n) {
        step(in, i, step);
        if (!" ".equals(step.replacement)
            && !(step.replacement == null && isSpace(in, i, step.end))) {
          break;
        }
        i = step.end;
      }
    }
    if (i == n) {
      return out;
    }
    if (dummyPrefix && !suffix) {
      out.add(space, in.from(i), in.from(i));
    }
    boolean afterSpace = removeExtraSpaces;
    while (i < n) {
      step(in, i, step);
      int before = out.length();
      if (step.replacement == null) {
        for (int k = i; k < step.end; k++) {
          afterSpace =
              put(in.at(k), in.from(k), in.to(k), space, afterSpace && out.length() == before, out);
        }
      } else {
        String s = step.replacement;
        boolean skip = afterSpace;
        for (int k = 0; k < s.length(); k++) {
          skip = put(
              s.charAt(k),
              in.from(i),
              in.to(step.end - 1),
              space,
              skip && out.length() == before,
              out);
          afterSpace = skip;
        }
      }
      afterSpace &= removeExtraSpaces;
      i = step.end;
    }
    return finish(in, out, space);
  }

  private Text finish(Text in, Text out, char space) {
    int end = out.length();
    while (removeExtraSpaces && end > 0 && out.at(end - 1) == space) {
      end--;
    }
    Text kept = out;
    if (end < out.length()) {
      kept = new Text(end + 1);
      kept.copy(out, 0, end);
    }
    if (suffix && dummyPrefix) {
      int last = in.to(in.length() - 1);
      kept.add(space, last, last);
    }
    return kept;
  }

  private static boolean isSpace(Text in, int start, int end) {
    return end == start + 1 && in.at(start) == ' ';
  }

  /** Adds a character; whether it was, or stood for, a space. */
  private static boolean put(char c, int from, int to, char space, boolean skipSpace, Text out) {
    if (c != ' ') {
      out.add(c, from, to);
      return false;
    }
    if (!skipSpace) {
      out.add(space, from, to);
    }
    return true;
  }

  /** What one step of the walk found: where it ends, and what is put there if it is not what stands there. */
  private static final class Step {
    int end;

    @Nullable
    String replacement;
  }

  private void step(Text in, int i, Step out) {
    int n = in.length();
    out.replacement = null;
    int node = userDefined.root();
    int end = -1;
    for (int k = i; k < n; k++) {
      node = userDefined.child(node, in.at(k));
      if (node == 0) {
        break;
      }
      if (userDefined.value(node) >= 0) {
        end = k + 1;
      }
    }
    int c = in.codePointAt(i);
    out.end = i + Character.charCount(c);
    if (end > 0) {
      out.end = end;
      return;
    }
    if (map == null) {
      return;
    }
    int at = map.root();
    for (int k = i; k < n && at >= 0; ) {
      int x = in.codePointAt(k);
      k += Character.charCount(x);
      at = map.step(at, x);
      String s = map.value(at);
      if (s != null) {
        out.replacement = s;
        out.end = k;
      }
    }
  }
}
