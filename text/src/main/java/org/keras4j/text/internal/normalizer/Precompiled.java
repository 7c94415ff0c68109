package org.keras4j.text.internal.normalizer;

import java.nio.CharBuffer;
import java.util.Arrays;
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
    Changes out = new Changes(in.length() + in.length() / 8 + 4);
    int n = in.length();
    int within = 0;
    for (int i = 0; i < n; ) {
      int c = in.codePointAt(i);
      int next = i + Character.charCount(c);
      if (i >= within && next < n && mayJoin(c, in.codePointAt(next))) {
        int end = cluster(in, i);
        within = end;
        String s = end > next && bytes(in, i, end) < 6 ? shortest(in, i, end) : null;
        if (s != null) {
          out.replace(Character.codePointCount(in.chars(), i, end - i), s);
          i = end;
          continue;
        }
      }
      String s = single(c);
      if (s == SAME) {
        out.add(c, 0);
      } else {
        out.replace(1, s);
      }
      i = next;
    }
    return out.text(in);
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

  /**
   * The new characters, each with what it does to the place in the text: 0 takes the next character's, more than 0 shares
   * that of the one before, less than 0 also passes over further characters. Characters that are removed are passed over
   * by the one before them; where there is none they are not, and all that follows is moved, as it is in the reference.
   */
  private static final class Changes {
    private int[] characters;
    private int[] changes;
    private int count;

    Changes(int capacity) {
      characters = new int[capacity];
      changes = new int[capacity];
    }

    void add(int c, int change) {
      if (count == characters.length) {
        characters = Arrays.copyOf(characters, count * 2);
        changes = Arrays.copyOf(changes, count * 2);
      }
      characters[count] = c;
      changes[count++] = change;
    }

    void replace(int old, String s) {
      int n = s.codePointCount(0, s.length());
      int left = n;
      for (int k = 0; k < s.length(); left--) {
        int c = s.codePointAt(k);
        add(c, left <= n - old ? 1 : 0);
        k += Character.charCount(c);
      }
      if (n < old && count > 0) {
        changes[count - 1] += n - old;
      }
    }

    Text text(Text in) {
      Text out = new Text(count + 8);
      int at = 0;
      int before = -1;
      for (int i = 0; i < count; i++) {
        if (changes[i] > 0) {
          out.addCodePoint(
              characters[i], before < 0 ? 0 : in.from(before), before < 0 ? 0 : in.to(before));
          continue;
        }
        int place = Math.min(at, in.length() - 1);
        out.addCodePoint(characters[i], in.from(place), in.to(place));
        for (int k = changes[i]; k <= 0 && at < in.length(); k++) {
          before = at;
          at += Character.charCount(in.codePointAt(at));
        }
      }
      return out;
    }
  }

  /** Whether two characters may be of one cluster; of most letters it is known that they begin a new one. */
  private static boolean mayJoin(int c, int next) {
    if (next < 0x300) {
      return c == '\r' && next == '\n' || c >= 0x600 && !Unicode.is(c, Unicode.LETTER);
    }
    return !Unicode.is(next, Unicode.LETTER)
        || c >= 0x600 && !Unicode.is(c, Unicode.LETTER)
        || next == 0xE33
        || next == 0xEB3
        || next == 0xFF9E
        || next == 0xFF9F
        || next >= 0x1100 && next <= 0x11FF
        || next >= 0xA960 && next <= 0xA97F
        || next >= 0xAC00 && next <= 0xD7FF;
  }

  private static int cluster(Text in, int start) {
    int length = Math.min(in.length() - start, 64);
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
