package org.keras4j.text.internal.stage;

import org.jspecify.annotations.Nullable;

/** Turns a piece of text into tokens of a vocabulary. */
public interface Model {
  /** Adds the tokens of a piece. */
  void tokenize(Text text, int start, int end, Tokens out);

  /** The number of a token of the vocabulary, or -1. */
  int id(String token);

  /** The token of a number, or null where there is none. */
  @Nullable
  String token(int id);

  /** The largest number of a token, and one. */
  int size();
}
