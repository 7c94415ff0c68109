package org.keras4j.text.internal.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.keras4j.text.internal.stage.Trie;

/** The split of a piece whose tokens have the largest sum of scores (SentencePiece's unigram language model). */
public final class Unigram extends CachedModel {
  private static final double UNKNOWN_PENALTY = 10;

  private final Trie trie = new Trie();
  private final double[] scores;
  private final int unknown;
  private final int @Nullable [] bytes;
  private final boolean single;
  private final double unknownScore;

  /**
   * Makes one.
   *
   * @param vocabulary the tokens
   * @param scores the logarithm of each token's probability
   * @param usable which tokens may be found in texts; null for all
   * @param unknown the number of the token of characters that have none, or -1
   * @param unknownScore the score of a character that has none
   * @param byteFallback whether unknown characters become the tokens of their bytes
   * @param single whether sums are kept in single precision, as the SentencePiece library does
   * @throws IllegalArgumentException if the number of the unknown token is out of range
   */
  public Unigram(
      Vocabulary vocabulary,
      double[] scores,
      boolean @Nullable [] usable,
      int unknown,
      double unknownScore,
      boolean byteFallback,
      boolean single) {
    super(vocabulary);
    if (unknown >= vocabulary.size()) {
      throw new IllegalArgumentException(
          "Unigram: unk_id is " + unknown + ", expected a number below " + vocabulary.size());
    }
    this.scores = scores;
    this.unknown = unknown;
    this.bytes = byteFallback ? vocabulary.byteTokens() : null;
    this.single = single;
    this.unknownScore = unknownScore;
    for (int i = 0; i < scores.length; i++) {
      String token = vocabulary.token(i);
      if ((usable == null || usable[i]) && token != null && !token.isEmpty()) {
        trie.put(token, vocabulary.id(token));
      }
    }
  }

  /** The score of unknown characters: below that of any token. */
  public static double unknownScore(double lowest) {
    return lowest - UNKNOWN_PENALTY;
  }

  @Override
  void find(char[] c, int start, int end, Found out) {
    int n = end - start;
    double[] best = new double[n + 1];
    int[] from = new int[n + 1];
    int[] id = new int[n + 1];
    Arrays.fill(from, -1);
    from[0] = 0;
    for (int i = 0; i < n; ) {
      int width = Character.isHighSurrogate(c[start + i]) && i + 1 < n ? 2 : 1;
      boolean alone = false;
      int node = trie.root();
      for (int k = i; k < n; k++) {
        node = trie.child(node, c[start + k]);
        if (node == 0) {
          break;
        }
        int token = trie.value(node);
        if (token >= 0) {
          int stop = k + 1;
          alone |= stop - i == width;
          offer(best, from, id, i, stop, token, scores[token]);
        }
      }
      if (!alone) {
        offer(best, from, id, i, i + width, -1, unknownScore);
      }
      i += width;
    }
    back(c, start, n, from, id, out);
  }

  private void offer(
      double[] best, int[] from, int[] id, int i, int stop, int token, double score) {
    double sum = single ? (float) (best[i] + score) : best[i] + score;
    if (from[stop] < 0 || sum > best[stop]) {
      best[stop] = sum;
      from[stop] = i;
      id[stop] = token;
    }
  }

  private void back(char[] c, int start, int n, int[] from, int[] id, Found out) {
    for (int end = n; end > 0; ) {
      int begin = from[end];
      int token = id[end] == unknown ? -1 : id[end];
      if (token >= 0) {
        out.add(token, begin, end);
        end = begin;
        continue;
      }
      int stop = end;
      // Unknown characters that touch are one token.
      while (begin > 0 && (id[begin] < 0 || id[begin] == unknown)) {
        begin = from[begin];
      }
      end = begin;
      unknown(c, start, begin, stop, out);
    }
    out.reverse();
  }

  private void unknown(char[] c, int start, int begin, int end, Found out) {
    if (bytes != null) {
      byte[] utf8 = new String(c, start + begin, end - begin).getBytes(StandardCharsets.UTF_8);
      int at = end;
      int pending = 0;
      // From the back: a byte 10xxxxxx belongs to the character that begins before it.
      for (int k = utf8.length - 1; k >= 0; k--) {
        pending++;
        if ((utf8[k] & 0xC0) != 0x80) {
          int width = pending == 4 ? 2 : 1;
          for (int b = k + pending - 1; b >= k; b--) {
            out.add(bytes[utf8[b] & 0xFF], at - width, at);
          }
          at -= width;
          pending = 0;
        }
      }
      return;
    }
    if (unknown < 0) {
      throw new IllegalArgumentException("Unigram: '" + new String(c, start + begin, end - begin)
          + "' has no token, and there is no unknown token");
    }
    out.add(unknown, begin, end);
  }
}
