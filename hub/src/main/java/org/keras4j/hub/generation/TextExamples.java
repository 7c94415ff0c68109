package org.keras4j.hub.generation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.keras4j.core.NDArray;

/**
 * Texts as examples to learn from: tokens, the token that follows each, and how much that counts, 0 where there is none.
 *
 * @param inputs {@code (examples, length)}, int32
 * @param targets {@code (examples, length)}, int32
 * @param weights {@code (examples, length)}, float32
 */
record TextExamples(NDArray inputs, NDArray targets, NDArray weights) {
  /**
   * Examples of texts.
   *
   * @param texts the tokens of each
   * @param ends of which one follows each text, if there is any
   * @param length how many tokens an example has at most
   */
  static TextExamples of(List<int[]> texts, Set<Integer> ends, int length) {
    if (length < 2) {
      throw new IllegalArgumentException("fitTexts: expected 2 tokens or more, got " + length);
    }
    int end = ends.stream().mapToInt(Integer::intValue).min().orElse(-1);
    List<int[]> pieces = new ArrayList<>();
    int longest = 0;
    for (int[] text : texts) {
      int[] whole = text;
      if (end >= 0 && (text.length == 0 || text[text.length - 1] != end)) {
        whole = Arrays.copyOf(text, text.length + 1);
        whole[text.length] = end;
      }
      // a piece begins with the last token of the one before, which its first target follows
      for (int from = 0; from + 1 < whole.length; from += length - 1) {
        pieces.add(Arrays.copyOfRange(whole, from, Math.min(whole.length, from + length)));
        longest = Math.max(longest, pieces.get(pieces.size() - 1).length - 1);
      }
    }
    if (pieces.isEmpty()) {
      throw new IllegalArgumentException(
          "fitTexts: expected texts of two tokens or more, got none");
    }
    int n = pieces.size();
    int[] x = new int[n * longest];
    int[] y = new int[n * longest];
    float[] weights = new float[n * longest];
    for (int i = 0; i < n; i++) {
      int[] piece = pieces.get(i);
      for (int k = 0; k + 1 < piece.length; k++) {
        x[i * longest + k] = piece[k];
        y[i * longest + k] = piece[k + 1];
        weights[i * longest + k] = 1;
      }
    }
    return new TextExamples(
        NDArray.of(x, n, longest), NDArray.of(y, n, longest), NDArray.of(weights, n, longest));
  }
}
