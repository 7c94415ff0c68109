package org.keras4j.text.internal.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.text.internal.stage.Normalizer;
import org.keras4j.text.internal.stage.Text;
import org.keras4j.text.internal.stage.Trie;
import org.keras4j.text.internal.stage.Unicode;

/** Tokens that are found in a text before anything else is done to it. */
public final class AddedTokens {
  /**
   * One of them.
   *
   * @param id its number
   * @param content its text
   * @param singleWord whether it is found only where no letters touch it
   * @param left whether white space before it belongs to it
   * @param right whether white space after it belongs to it
   * @param normalized whether it is looked for in the normalized text
   * @param special whether decoding may leave it out
   */
  public record Token(
      int id,
      String content,
      boolean singleWord,
      boolean left,
      boolean right,
      boolean normalized,
      boolean special) {}

  /** Takes what a text is made of. */
  interface Sink {
    /** A part without such tokens. */
    void text(int start, int end);

    /** A token, and the part of the text that it stands for. */
    void token(int id, int start, int end);
  }

  private final List<Token> tokens;
  private final Map<Integer, Token> byId = new HashMap<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private final Set<Integer> special = new HashSet<>();
  private final @Nullable Trie plain;
  private final @Nullable Trie normalized;

  /**
   * Makes them.
   *
   * @param tokens the tokens
   * @param normalizer what is done to texts, and to the tokens that are looked for in normalized ones; or null
   */
  public AddedTokens(List<Token> tokens, @Nullable Normalizer normalizer) {
    this(tokens, normalizer, Set.of());
  }

  /**
   * Makes them.
   *
   * @param tokens the tokens
   * @param normalizer what is done to texts, and to the tokens that are looked for in normalized ones; or null
   * @param alsoSpecial further tokens that decoding may leave out; they are not looked for in texts
   */
  public AddedTokens(
      List<Token> tokens, @Nullable Normalizer normalizer, Set<Integer> alsoSpecial) {
    special.addAll(alsoSpecial);
    this.tokens = List.copyOf(tokens);
    Trie one = null;
    Trie other = null;
    for (Token t : tokens) {
      byId.put(t.id, t);
      ids.put(t.content, t.id);
      if (t.special) {
        special.add(t.id);
      }
      if (t.content.isEmpty()) {
        continue;
      }
      if (t.normalized) {
        Text text = Text.of(t.content, 0, t.content.length());
        String s = normalizer == null ? t.content : normalizer.normalize(text).toString();
        if (!s.isEmpty()) {
          other = other == null ? new Trie() : other;
          other.put(s, t.id);
        }
      } else {
        one = one == null ? new Trie() : one;
        one.put(t.content, t.id);
      }
    }
    this.plain = one;
    this.normalized = other;
  }

  /** All of them. */
  public List<Token> all() {
    return new ArrayList<>(tokens);
  }

  /** The number of a token, or -1. */
  public int id(String token) {
    return ids.getOrDefault(token, -1);
  }

  /** The text of a token, or null. */
  public @Nullable String token(int id) {
    Token t = byId.get(id);
    return t == null ? null : t.content;
  }

  /** Whether decoding may leave a token out. */
  public boolean isSpecial(int id) {
    return special.contains(id);
  }

  /** Finds tokens in a text as it was given. */
  void inGiven(Text text, Sink out) {
    find(plain, text, out);
  }

  /** Finds tokens in a normalized text. */
  void inNormalized(Text text, Sink out) {
    find(normalized, text, out);
  }

  private void find(@Nullable Trie trie, Text text, Sink out) {
    int n = text.length();
    int last = 0;
    for (int i = 0; trie != null && i < n; ) {
      int node = trie.root();
      int id = -1;
      int end = i;
      for (int k = i; k < n; k++) {
        node = trie.child(node, text.at(k));
        if (node == 0) {
          break;
        }
        if (trie.value(node) >= 0) {
          id = trie.value(node);
          end = k + 1;
        }
      }
      if (id < 0) {
        i++;
        continue;
      }
      Token t = byId.get(id);
      int start = i;
      i = end;
      if (t == null || t.singleWord && touchesWord(text, start, end)) {
        continue;
      }
      while (t.left && start > last && Unicode.is(text.at(start - 1), Unicode.SPACE)) {
        start--;
      }
      while (t.right && end < n && Unicode.is(text.at(end), Unicode.SPACE)) {
        end++;
      }
      if (start < last) {
        continue;
      }
      if (start > last) {
        out.text(last, start);
      }
      out.token(id, start, end);
      last = end;
      i = Math.max(i, end);
    }
    if (last < n) {
      out.text(last, n);
    }
  }

  private static boolean touchesWord(Text text, int start, int end) {
    return start > 0 && Unicode.is(text.codePointBefore(start), Unicode.WORD)
        || end < text.length() && Unicode.is(text.codePointAt(end), Unicode.WORD);
  }
}
