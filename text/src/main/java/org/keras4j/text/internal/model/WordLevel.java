package org.keras4j.text.internal.model;

/** Each piece is one token. */
public final class WordLevel extends CachedModel {
  private final int unknown;

  /**
   * Makes one.
   *
   * @param vocabulary the tokens
   * @param unknown the token of all other pieces
   * @throws IllegalArgumentException if the unknown token is not in the vocabulary
   */
  public WordLevel(Vocabulary vocabulary, String unknown) {
    super(vocabulary);
    this.unknown = vocabulary.id(unknown);
    if (this.unknown < 0) {
      throw new IllegalArgumentException(
          "WordLevel: the unknown token '" + unknown + "' is not in the vocabulary");
    }
  }

  @Override
  void find(char[] c, int start, int end, Found out) {
    int id = vocabulary().id(new String(c, start, end - start));
    out.add(id < 0 ? unknown : id, 0, end - start);
  }
}
