package org.keras4j.text.internal.normalizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The table that SentencePiece normalizes by: a double-array trie over UTF-8, whose values are positions of strings
 * that end with a zero byte.
 */
public final class CharsMap {
  private final int[] units;
  private final byte[] strings;

  /**
   * Reads one.
   *
   * @param data the length of the trie in bytes (32 bits, little-endian), the trie, the strings
   * @throws IllegalArgumentException if the lengths do not fit
   */
  public CharsMap(byte[] data) {
    ByteBuffer in = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    int size = data.length < 4 ? -1 : in.getInt();
    if (size < 4 || size % 4 != 0 || size > in.remaining()) {
      throw new IllegalArgumentException(
          "tokenizer: precompiled_charsmap of " + data.length + " bytes names a trie of " + size);
    }
    units = new int[size / 4];
    for (int i = 0; i < units.length; i++) {
      units[i] = in.getInt();
    }
    strings = new byte[in.remaining()];
    in.get(strings);
  }

  /** The node that walks begin at. */
  int root() {
    return 0;
  }

  /** The node below a node by the bytes of a code point, or -1. */
  int step(int node, int c) {
    if (c < 0x80) {
      return child(node, c);
    }
    if (c < 0x800) {
      return child(child(node, 0xC0 | c >> 6), 0x80 | c & 0x3F);
    }
    if (c < 0x10000) {
      int second = child(child(node, 0xE0 | c >> 12), 0x80 | c >> 6 & 0x3F);
      return child(second, 0x80 | c & 0x3F);
    }
    int second = child(child(node, 0xF0 | c >> 18), 0x80 | c >> 12 & 0x3F);
    return child(child(second, 0x80 | c >> 6 & 0x3F), 0x80 | c & 0x3F);
  }

  private int child(int node, int b) {
    if (node < 0 || b == 0) {
      return -1;
    }
    int at = node ^ offset(units[node]) ^ b;
    return at >= 0 && at < units.length && (units[at] & 0x800000FF) == b ? at : -1;
  }

  /** What the string that ends at a node is replaced by, or null. */
  @Nullable
  String value(int node) {
    if (node < 0 || (units[node] >>> 8 & 1) == 0) {
      return null;
    }
    int leaf = node ^ offset(units[node]);
    if (leaf < 0 || leaf >= units.length) {
      return null;
    }
    int start = units[leaf] & 0x7FFFFFFF;
    int end = start;
    while (end < strings.length && strings[end] != 0) {
      end++;
    }
    return start > strings.length
        ? null
        : new String(strings, start, end - start, StandardCharsets.UTF_8);
  }

  private static int offset(int unit) {
    return unit >>> 10 << ((unit & 0x200) >>> 6);
  }
}
