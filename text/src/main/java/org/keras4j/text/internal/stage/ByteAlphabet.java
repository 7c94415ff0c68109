package org.keras4j.text.internal.stage;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The characters that stand for the 256 bytes in vocabularies of GPT-2's kind. */
public final class ByteAlphabet {
  private static final char[] CHARACTERS = new char[256];
  private static final short[] BYTES = new short[0x200];

  static {
    Arrays.fill(BYTES, (short) -1);
    int next = 256;
    for (int b = 0; b < 256; b++) {
      boolean visible = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
      CHARACTERS[b] = (char) (visible ? b : next++);
      BYTES[CHARACTERS[b]] = (short) b;
    }
  }

  private ByteAlphabet() {}

  /** The character of a byte, 0 to 255. */
  public static char character(int b) {
    return CHARACTERS[b];
  }

  /** The byte of a character, or -1. */
  public static int value(char c) {
    return c < BYTES.length ? BYTES[c] : -1;
  }

  /** The bytes of a token, or null where one of its characters is none of the alphabet. */
  public static byte @Nullable [] bytes(String token) {
    byte[] out = new byte[token.length()];
    for (int i = 0; i < out.length; i++) {
      int b = value(token.charAt(i));
      if (b < 0) {
        return null;
      }
      out[i] = (byte) b;
    }
    return out;
  }
}
