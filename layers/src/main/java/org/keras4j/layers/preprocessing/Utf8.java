package org.keras4j.layers.preprocessing;

import java.nio.charset.StandardCharsets;

/** Texts as the bytes that hashes and files are made of. */
final class Utf8 {
  private Utf8() {}

  /**
   * The bytes of a text in UTF-8.
   *
   * @param label the layer
   * @throws IllegalArgumentException if half of a surrogate pair stands alone in it: no bytes stand for that
   */
  static byte[] bytes(String label, String text) {
    check(label, text);
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Fails unless bytes stand for a text. */
  static void check(String label, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          throw new IllegalArgumentException(label + ": expected Unicode text, got a string of "
              + text.length() + " characters with half of a surrogate pair (\\u"
              + Integer.toHexString(c) + ") alone at " + i);
        }
        i++;
      }
    }
  }
}
