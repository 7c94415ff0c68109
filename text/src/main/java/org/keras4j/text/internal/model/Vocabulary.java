package org.keras4j.text.internal.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tokens and their numbers. */
public final class Vocabulary {
  /** The largest number that a token may have, so that a hostile file does not make a huge table. */
  private static final int LARGEST = 1 << 24;

  private final Map<String, Integer> ids;
  private final @Nullable String[] tokens;

  /**
   * Makes one.
   *
   * @param ids the numbers of the tokens, 0 or more; numbers may be left out
   * @throws IllegalArgumentException if a number is negative or far beyond what vocabularies have
   */
  public Vocabulary(Map<String, Integer> ids) {
    int size = 0;
    for (Map.Entry<String, Integer> e : ids.entrySet()) {
      int id = e.getValue();
      if (id < 0 || id > LARGEST) {
        throw new IllegalArgumentException("tokenizer: token '" + e.getKey() + "' has number " + id
            + ", expected 0 to " + LARGEST);
      }
      size = Math.max(size, id + 1);
    }
    this.ids = ids;
    this.tokens = new String[size];
    ids.forEach((token, id) -> tokens[id] = token);
  }

  /** One of a list, whose tokens are numbered from 0; of equal tokens the first is found by its text. */
  public static Vocabulary of(List<String> tokens) {
    Map<String, Integer> ids = new HashMap<>(tokens.size() * 2);
    for (int i = 0; i < tokens.size(); i++) {
      ids.putIfAbsent(tokens.get(i), i);
    }
    Vocabulary v = new Vocabulary(ids);
    if (v.tokens.length == tokens.size()) {
      for (int i = 0; i < tokens.size(); i++) {
        v.tokens[i] = tokens.get(i);
      }
    }
    return v;
  }

  /** The number of a token, or -1. */
  public int id(String token) {
    return ids.getOrDefault(token, -1);
  }

  /** The token of a number, or null. */
  public @Nullable String token(int id) {
    return id >= 0 && id < tokens.length ? tokens[id] : null;
  }

  /** The largest number, and one. */
  public int size() {
    return tokens.length;
  }

  /** All tokens with their numbers. */
  public Set<Map.Entry<String, Integer>> entries() {
    return ids.entrySet();
  }

  /** The numbers of the 256 tokens {@code <0x00>} to {@code <0xFF>}, or null if one of them is missing. */
  int @Nullable [] byteTokens() {
    int[] out = new int[256];
    for (int b = 0; b < 256; b++) {
      out[b] = id(String.format("<0x%02X>", b));
      if (out[b] < 0) {
        return null;
      }
    }
    return out;
  }
}
