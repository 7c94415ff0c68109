package org.keras4j.text.internal.model;

import java.util.Map;
import org.keras4j.text.internal.stage.Trie;

/** The longest token that a word begins with, then the longest that the rest begins with, and so on (BERT). */
public final class WordPiece extends CachedModel {
  private final Trie beginnings = new Trie();
  private final Trie continuations = new Trie();
  private final int unknown;
  private final int longestWord;

  /**
   * Makes one.
   *
   * @param vocabulary the tokens
   * @param prefix what tokens inside of words begin with, usually {@code ##}
   * @param unknown the token of words that cannot be written in others
   * @param longestWord words with more characters are unknown
   * @throws IllegalArgumentException if the unknown token is not in the vocabulary
   */
  public WordPiece(Vocabulary vocabulary, String prefix, String unknown, int longestWord) {
    super(vocabulary);
    for (Map.Entry<String, Integer> e : vocabulary.entries()) {
      beginnings.put(e.getKey(), e.getValue());
      if (e.getKey().startsWith(prefix) && e.getKey().length() > prefix.length()) {
        continuations.put(e.getKey().substring(prefix.length()), e.getValue());
      }
    }
    this.unknown = vocabulary.id(unknown);
    this.longestWord = longestWord;
    if (this.unknown < 0) {
      throw new IllegalArgumentException(
          "WordPiece: the unknown token '" + unknown + "' is not in the vocabulary");
    }
  }

  @Override
  void find(char[] c, int start, int end, Found out) {
    if (end - start > longestWord
        && Character.codePointCount(c, start, end - start) > longestWord) {
      out.add(unknown, 0, end - start);
      return;
    }
    for (int i = start; i < end; ) {
      Trie trie = i == start ? beginnings : continuations;
      int node = trie.root();
      int id = -1;
      int stop = i;
      for (int k = i; k < end; k++) {
        node = trie.child(node, c[k]);
        if (node == 0) {
          break;
        }
        if (trie.value(node) >= 0) {
          id = trie.value(node);
          stop = k + 1;
        }
      }
      if (id < 0) {
        out.clear();
        out.add(unknown, 0, end - start);
        return;
      }
      out.add(id, i - start, stop - start);
      i = stop;
    }
  }
}
