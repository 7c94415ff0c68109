package org.keras4j.layers.preprocessing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tokens (strings, or longs) in a fixed order, with places for masks and unknown tokens before them. */
final class Vocabulary {
  private final List<Object> tokens;
  private final Map<Object, Long> places = new HashMap<>();
  private final int start;

  /** Tokens whose places count from {@code start}. */
  Vocabulary(List<?> tokens, int start) {
    this.tokens = List.copyOf(tokens);
    this.start = start;
    for (Object t : this.tokens) {
      places.put(t, (long) start + places.size());
    }
  }

  List<Object> tokens() {
    return tokens;
  }

  /** Tokens and places before them. */
  int size() {
    return tokens.size() + start;
  }

  @Nullable
  Long place(Object token) {
    return places.get(token);
  }

  /** The token at a place, or null. */
  @Nullable
  Object token(long place) {
    long i = place - start;
    return i >= 0 && i < tokens.size() ? tokens.get((int) i) : null;
  }
}
