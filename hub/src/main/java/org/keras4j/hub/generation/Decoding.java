package org.keras4j.hub.generation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Texts that are being continued. Not for several threads. */
interface Decoding extends AutoCloseable {
  /** Whether all texts have ended. */
  boolean isEnded();

  /** Goes on by a token or more; gives the text of each that is certain by it. */
  List<String> next();

  @Override
  void close();

  /**
   * The number of tokens that texts are filled up to, so that there are few executables: a power of two.
   *
   * @param most what the network takes, or null
   */
  static int bucket(int tokens, @Nullable Integer most) {
    int power = Integer.highestOneBit(Math.max(tokens, 8) * 2 - 1);
    return most == null ? power : Math.min(power, most);
  }

  /**
   * The length of a cache for so many tokens: few lengths for few executables, without much that is never used.
   *
   * @param most what the network takes, or null
   */
  static int lengthFor(int tokens, @Nullable Integer most) {
    int length = tokens <= 1024
        ? Integer.highestOneBit(Math.max(tokens, 32) * 2 - 1)
        : (tokens + 511) / 512 * 512;
    return most == null ? length : Math.min(length, most);
  }
}
