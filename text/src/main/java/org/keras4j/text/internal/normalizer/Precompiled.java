package org.keras4j.text.internal.normalizer;

import java.nio.CharBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.keras4j.text.internal.stage.Normalizer;
import org.keras4j.text.internal.stage.Text;
import org.keras4j.text.internal.stage.Unicode;

/**
 * SentencePiece's table as {@code tokenizer.json} files apply it: to each character, and to clusters of several
 * characters that are shorter than six bytes, of which the table's entry for their shortest beginning is taken.
 */
public final class Precompiled implements Normalizer {
  private static final Pattern CLUSTER = Pattern.compile("\\X");
  private static final String SAME = "\uD800";

  private final CharsMap map;
  /** What characters become; {@link #SAME} for those that stay. */
  private final @Nullable String[] known = new String[0x10000];

  /** Makes one that applies a table. */
  public Precompiled(CharsMap map) {
    this.map = map;
  }

  @Override
  public Text normalize(Text in) {
    Text out = new Text(in.length() + in.length() / 8);
    int n = in.length();
    for (int i = 0; i < n; ) {
      int c = in.codePointAt(i);
      int next = i + Character.charCount(c);
      if (next < n && extendsCluster(c, in.codePointAt(next))) {
        int end = cluster(in, i);
        String s = end > next && bytes(in, i, end) < 6 ? shortest(in, i, end) : null;
        if (s != null) {
          replace(in, i, end, s, out);
          i = end;
          continue;
        }
      }
      String s = single(c);
      if (s == SAME) {
        out.copy(in, i, next);
      } else {
        replace(in, i, next, s, out);
      }
      i = next;
    }
    return out;
  }

  @SuppressWarnings("ReferenceEquality") // the mark for "stays" is one object, as is its test
  private String single(int c) {
    String s = c < 0x10000 ? known[c] : null;
    if (s == null) {
      s = firstMatch(c);
      if (s == null || s.contentEquals(Character.toString(c))) {
        s = SAME;
      }
      if (c < 0x10000) {
        known[c] = s;
      }
    }
    return s;
  }

  private @Nullable String firstMatch(int c) {
    return map.value(map.step(map.root(), c));
  }

  private @Nullable String shortest(Text in, int start, int end) {
    int node = map.root();
    for (int i = start; i < end; ) {
      int c = in.codePointAt(i);
      node = map.step(node, c);
      String s = map.value(node);
      if (s != null || node < 0) {
        return s;
      }
      i += Character.charCount(c);
    }
    return null;
  }

  /** The new characters take the places of the old ones in turn; more of them share the last place. */
  private static void replace(Text in, int start, int end, String s, Text out) {
    int at = start;
    int last = start;
    for (int k = 0; k < s.length(); ) {
      int c = s.codePointAt(k);
      int place = at < end ? at : last;
      out.addCodePoint(c, in.from(place), in.to(place));
      if (at < end) {
        last = at;
        at += Character.charCount(in.codePointAt(at));
      }
      k += Character.charCount(c);
    }
  }

  private static boolean extendsCluster(int c, int next) {
    return next >= 0x300
            && (Unicode.is(next, Unicode.MARK)
                || next == 0x200C
                || next == 0x200D
                || next == 0xFF9E
                || next == 0xFF9F)
        || next == '\n' && c == '\r';
  }

  private static int cluster(Text in, int start) {
    int length = Math.min(in.length() - start, 8);
    Matcher m = CLUSTER.matcher(CharBuffer.wrap(in.chars(), start, length));
    return m.lookingAt() ? start + m.end() : start;
  }

  private static int bytes(Text in, int start, int end) {
    int n = 0;
    for (int i = start; i < end; i++) {
      char c = in.at(i);
      n += c < 0x80 ? 1 : c < 0x800 ? 2 : Character.isSurrogate(c) ? 2 : 3;
    }
    return n;
  }
}
