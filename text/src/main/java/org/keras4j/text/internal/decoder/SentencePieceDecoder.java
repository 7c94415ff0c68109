package org.keras4j.text.internal.decoder;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.keras4j.text.internal.stage.Decoder;

/** Turns pieces into text as the SentencePiece library does. */
public final class SentencePieceDecoder implements Decoder {
  private static final String SPACE = "\u2581";

  private final String unknown;
  private final String unknownSurface;
  private final boolean dummyPrefix;
  private final boolean removeExtraSpaces;

  /**
   * Makes one.
   *
   * @param unknown the unknown piece
   * @param unknownSurface what it is written as
   * @param dummyPrefix whether texts got a space in front
   * @param removeExtraSpaces whether texts lost spaces at the ends
   */
  public SentencePieceDecoder(
      String unknown, String unknownSurface, boolean dummyPrefix, boolean removeExtraSpaces) {
    this.unknown = unknown;
    this.unknownSurface = unknownSurface;
    this.dummyPrefix = dummyPrefix;
    this.removeExtraSpaces = removeExtraSpaces;
  }

  @Override
  public List<String> decode(List<String> tokens) {
    List<String> out = new ArrayList<>(tokens.size());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean empty = true;
    boolean sawSpace = false;
    for (String t : tokens) {
      int b = Decoders.byteOf(t);
      if (b >= 0) {
        bytes.write(b);
        continue;
      }
      empty &= flush(bytes, out);
      boolean first = empty && !sawSpace;
      String s = t;
      sawSpace = false;
      if (t.equals(unknown)) {
        s = unknownSurface;
      } else {
        if (first && (dummyPrefix || removeExtraSpaces) && t.startsWith(SPACE)) {
          s = t.substring(1);
          // Where extra spaces are removed, all in front of the text are.
          sawSpace = !removeExtraSpaces;
        }
        s = s.replace(SPACE, " ");
      }
      out.add(s);
      empty &= s.isEmpty();
    }
    flush(bytes, out);
    return out;
  }

  /** Writes a run of bytes as UTF-8, each byte that is none as U+FFFD; whether there was none. */
  private static boolean flush(ByteArrayOutputStream bytes, List<String> out) {
    if (bytes.size() == 0) {
      return true;
    }
    byte[] b = bytes.toByteArray();
    bytes.reset();
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < b.length; ) {
      int n = characterLength(b, i);
      if (n == 0) {
        s.append('\uFFFD');
        i++;
      } else {
        s.append(new String(b, i, n, StandardCharsets.UTF_8));
        i += n;
      }
    }
    out.add(s.toString());
    return false;
  }

  private static int characterLength(byte[] b, int i) {
    int lead = b[i] & 0xFF;
    int n =
        lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    if (n == 0 || i + n > b.length) {
      return 0;
    }
    int c = n == 1 ? lead : lead & 0x7F >> n;
    for (int k = 1; k < n; k++) {
      if ((b[i + k] & 0xC0) != 0x80) {
        return 0;
      }
      c = c << 6 | b[i + k] & 0x3F;
    }
    boolean valid =
        n == 3 ? c >= 0x800 && (c < 0xD800 || c > 0xDFFF) : n != 4 || c >= 0x10000 && c <= 0x10FFFF;
    return valid ? n : 0;
  }
}
