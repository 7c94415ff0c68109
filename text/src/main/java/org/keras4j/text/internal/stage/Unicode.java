package org.keras4j.text.internal.stage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * What tokenizers ask about characters, from tables of their own: the answers of the reference tokenizers, whatever
 * version of Unicode the JDK knows. {@code scripts/record_tokenizer_unicode.py} writes the tables.
 */
public final class Unicode {
  /** A letter, {@code \p{L}}. */
  public static final int LETTER = 1;
  /** A number, {@code \p{N}}. */
  public static final int NUMBER = 2;
  /** White space, {@code \s}. */
  public static final int SPACE = 4;
  /** Punctuation as BERT understands it: Unicode's, and all ASCII that is neither letter, digit nor space. */
  public static final int PUNCTUATION = 8;
  /** What BERT removes: control characters, U+0000, U+FFFD and the like. */
  public static final int CONTROL = 16;
  /** A mark without a width of its own, {@code \p{Mn}}. */
  public static final int NONSPACING = 32;
  /** Any combining mark, {@code \p{M}}. */
  public static final int MARK = 64;
  /** Part of a word, {@code \w}. */
  public static final int WORD = 128;

  private static final byte[] CLASSES = new byte[0x110000];
  private static final BitSet LATER = new BitSet();
  private static final Map<Integer, Integer> LOWER = new HashMap<>();
  private static final char[] LOWER_BMP = new char[0x10000];

  static {
    read();
  }

  private Unicode() {}

  /** The classes of a code point, as bits. */
  public static int classes(int c) {
    return CLASSES[c];
  }

  /** Whether a code point is of one of some classes. */
  public static boolean is(int c, int classes) {
    return (CLASSES[c] & classes) != 0;
  }

  /** The small letter of a code point, without regard to what stands around; U+0130 has two, of which this is one. */
  public static int lower(int c) {
    return c < 0x10000 ? LOWER_BMP[c] : LOWER.getOrDefault(c, c);
  }

  /** Whether normal forms leave a character alone, since only later versions of Unicode decompose it. */
  public static boolean isLater(int c) {
    return LATER.get(c);
  }

  /** Whether BERT sets a character apart as an ideograph. */
  public static boolean isIdeograph(int c) {
    return c >= 0x3400
        && (c >= 0x4E00 && c <= 0x9FFF
            || c <= 0x4DBF
            || c >= 0xF900 && c <= 0xFAFF
            || c >= 0x20000 && c <= 0x2A6DF
            || c >= 0x2A700 && c <= 0x2B73F
            || c >= 0x2B740 && c <= 0x2B81F
            || c >= 0x2B920 && c <= 0x2CEAF
            || c >= 0x2F800 && c <= 0x2FA1F);
  }

  private static void read() {
    for (int i = 0; i < LOWER_BMP.length; i++) {
      LOWER_BMP[i] = (char) i;
    }
    try (InputStream in = Unicode.class.getResourceAsStream("unicode.txt");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          int space = line.indexOf(' ');
          table(line.substring(0, space), line.substring(space + 1).split(" "));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void table(String name, String[] entries) {
    if (name.equals("lower")) {
      for (String e : entries) {
        int colon = e.indexOf(':');
        int upper = Integer.parseInt(e, 0, colon, 36);
        int lower = Integer.parseInt(e, colon + 1, e.length(), 36);
        if (upper < 0x10000) {
          LOWER_BMP[upper] = (char) lower;
        } else {
          LOWER.put(upper, lower);
        }
      }
      return;
    }
    int bit = switch (name) {
      case "letter" -> LETTER;
      case "number" -> NUMBER;
      case "space" -> SPACE;
      case "punctuation" -> PUNCTUATION;
      case "control" -> CONTROL;
      case "nonspacing" -> NONSPACING;
      case "mark" -> MARK;
      case "word" -> WORD;
      case "later" -> 0;
      default -> throw new IllegalStateException("unicode.txt: no table " + name);
    };
    // Lengths of ranges, in turn outside and inside of the class.
    int c = 0;
    boolean inside = false;
    for (String e : entries) {
      int n = Integer.parseInt(e, 36);
      if (inside && bit == 0) {
        LATER.set(c, c + n);
      } else if (inside) {
        for (int i = c; i < c + n; i++) {
          CLASSES[i] |= (byte) bit;
        }
      }
      c += n;
      inside = !inside;
    }
  }
}
