package org.keras4j.text.internal.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.keras4j.text.internal.stage.Trie;

/**
 * Byte-pair encoding: a piece is taken apart into characters, and the pair of the lowest rank is merged, the leftmost
 * of equal ones, until no pair can be.
 */
public final class Bpe extends CachedModel {
  private static final int SHORT = 48;

  private final Merges merges;
  private final Settings settings;
  private final int unknown;
  private final int @Nullable [] bytes;
  private final int[] single = new int[0x10000];

  /**
   * How pieces are taken apart.
   *
   * @param unknown the token of characters that have none, or null for none
   * @param prefix what characters inside of pieces have in front, usually ""
   * @param suffix what the last character of a piece has behind, usually ""
   * @param fuseUnknown whether unknown characters that touch are one token
   * @param byteFallback whether unknown characters become the tokens of their bytes, {@code <0x00>} to {@code <0xFF>}
   * @param ignoreMerges whether a piece that is a token is taken as one at once
   * @param whole strings that stay whole and are not merged, or null
   */
  public record Settings(
      @Nullable String unknown,
      String prefix,
      String suffix,
      boolean fuseUnknown,
      boolean byteFallback,
      boolean ignoreMerges,
      @Nullable Trie whole) {
    boolean plain() {
      return prefix.isEmpty() && suffix.isEmpty();
    }
  }

  /**
   * Makes one.
   *
   * @param vocabulary the tokens
   * @param merges the pairs
   * @param settings how pieces are taken apart
   * @throws IllegalArgumentException if the unknown token is not in the vocabulary
   */
  public Bpe(Vocabulary vocabulary, Merges merges, Settings settings) {
    super(vocabulary);
    this.merges = merges;
    this.settings = settings;
    this.unknown = settings.unknown() == null ? -1 : vocabulary.id(settings.unknown());
    if (settings.unknown() != null && unknown < 0) {
      throw new IllegalArgumentException(
          "BPE: the unknown token '" + settings.unknown() + "' is not in the vocabulary");
    }
    this.bytes = settings.byteFallback() ? vocabulary.byteTokens() : null;
    for (char c = 0; c < 0xFFFF; c++) {
      single[c] = Character.isSurrogate(c) ? -1 : vocabulary.id(String.valueOf(c));
    }
    single[0xFFFF] = vocabulary.id("\uFFFF");
  }

  @Override
  void find(char[] c, int start, int end, Found out) {
    if (settings.ignoreMerges()) {
      int id = vocabulary().id(new String(c, start, end - start));
      if (id >= 0) {
        out.add(id, 0, end - start);
        return;
      }
    }
    Symbols s = new Symbols(end - start);
    if (settings.plain()) {
      characters(c, start, end, s);
    } else {
      marked(c, start, end, s);
    }
    if (s.count <= SHORT) {
      mergeShort(s);
    } else {
      s.mergeLong(merges);
    }
    for (int i = 0; i >= 0 && i < s.count; i = s.next[i]) {
      out.add(s.ids[i], s.start[i], s.end[i]);
    }
  }

  private void characters(char[] c, int start, int end, Symbols s) {
    boolean afterUnknown = false;
    for (int i = start; i < end; ) {
      if (settings.whole() != null) {
        int stop = whole(settings.whole(), c, i, end, s, start);
        if (stop > i) {
          afterUnknown = false;
          i = stop;
          continue;
        }
      }
      char x = c[i];
      int width = Character.isHighSurrogate(x) && i + 1 < end ? 2 : 1;
      int id = width == 1 ? single[x] : vocabulary().id(new String(c, i, 2));
      afterUnknown = symbol(c, i, width, id, start, afterUnknown, s);
      i += width;
    }
  }

  private static int whole(Trie trie, char[] c, int i, int end, Symbols s, int start) {
    int node = trie.root();
    int stop = i;
    int id = -1;
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
    if (id >= 0) {
      s.add(id, i - start, stop - start, true);
    }
    return stop;
  }

  private void marked(char[] c, int start, int end, Symbols s) {
    boolean afterUnknown = false;
    for (int i = start; i < end; ) {
      int width = Character.isHighSurrogate(c[i]) && i + 1 < end ? 2 : 1;
      String x = new String(c, i, width);
      if (i > start) {
        x = settings.prefix() + x;
      }
      if (i + width == end) {
        x += settings.suffix();
      }
      afterUnknown = symbol(c, i, width, vocabulary().id(x), start, afterUnknown, s);
      i += width;
    }
  }

  /** Adds what one character begins as; whether the last symbol is the unknown token. */
  private boolean symbol(
      char[] c, int i, int width, int id, int start, boolean afterUnknown, Symbols s) {
    int from = i - start;
    if (id >= 0) {
      s.add(id, from, from + width, false);
      return false;
    }
    if (bytes != null) {
      int x = Character.codePointAt(c, i, i + width);
      for (byte b : Character.toString(x).getBytes(StandardCharsets.UTF_8)) {
        s.add(bytes[b & 0xFF], from, from + width, false);
      }
      return false;
    }
    if (unknown < 0) {
      return false;
    }
    if (afterUnknown && settings.fuseUnknown()) {
      s.end[s.count - 1] = from + width;
    } else {
      s.add(unknown, from, from + width, false);
    }
    return true;
  }

  /** Few symbols: all pairs are looked through for each merge. */
  private void mergeShort(Symbols s) {
    int n = s.count;
    if (n < 2) {
      return;
    }
    long[] pairs = new long[n];
    for (int i = 0; i + 1 < n; i++) {
      pairs[i] = s.pair(merges, i, i + 1);
    }
    pairs[n - 1] = Long.MAX_VALUE;
    while (n > 1) {
      int best = 0;
      for (int i = 1; i + 1 < n; i++) {
        if (pairs[i] >> 32 < pairs[best] >> 32) {
          best = i;
        }
      }
      if (pairs[best] == Long.MAX_VALUE) {
        break;
      }
      s.ids[best] = (int) pairs[best];
      s.end[best] = s.end[best + 1];
      n--;
      s.remove(best + 1, n);
      System.arraycopy(pairs, best + 1, pairs, best, n - best);
      pairs[best] = best + 1 < n ? s.pair(merges, best, best + 1) : Long.MAX_VALUE;
      if (best > 0) {
        pairs[best - 1] = s.pair(merges, best - 1, best);
      }
    }
    s.count = n;
    for (int i = 0; i < n; i++) {
      s.next[i] = i + 1;
    }
  }

  /** What a piece is made of while it is merged. */
  private static final class Symbols {
    private int[] ids;
    private int[] start;
    private int[] end;
    private int[] next;
    private boolean[] frozen;
    private int count;

    Symbols(int capacity) {
      int n = capacity + 4;
      ids = new int[n];
      start = new int[n];
      end = new int[n];
      next = new int[n];
      frozen = new boolean[n];
    }

    void add(int id, int from, int to, boolean whole) {
      if (count == ids.length) {
        int n = count * 2;
        ids = Arrays.copyOf(ids, n);
        start = Arrays.copyOf(start, n);
        end = Arrays.copyOf(end, n);
        next = Arrays.copyOf(next, n);
        frozen = Arrays.copyOf(frozen, n);
      }
      ids[count] = id;
      start[count] = from;
      end[count] = to;
      frozen[count] = whole;
      next[count] = count + 1;
      count++;
    }

    void remove(int i, int n) {
      System.arraycopy(ids, i + 1, ids, i, n - i);
      System.arraycopy(start, i + 1, start, i, n - i);
      System.arraycopy(end, i + 1, end, i, n - i);
      System.arraycopy(frozen, i + 1, frozen, i, n - i);
    }

    long pair(Merges merges, int left, int right) {
      if (frozen[left] || frozen[right]) {
        return Long.MAX_VALUE;
      }
      long m = merges.get(ids[left], ids[right]);
      return m < 0 ? Long.MAX_VALUE : m;
    }

    /** Many symbols: a heap of pairs by rank and place; those that no longer hold are passed over. */
    void mergeLong(Merges merges) {
      int[] before = new int[count];
      boolean[] gone = new boolean[count];
      Heap heap = new Heap(count);
      for (int i = 0; i < count; i++) {
        before[i] = i - 1;
        offer(merges, i, heap);
      }
      while (!heap.isEmpty()) {
        long top = heap.poll();
        int left = (int) top;
        int right = gone[left] ? count : next[left];
        if (right >= count) {
          continue;
        }
        long m = pair(merges, left, right);
        if (m == Long.MAX_VALUE || m >>> 32 != top >>> 32) {
          continue;
        }
        ids[left] = (int) m;
        end[left] = end[right];
        gone[right] = true;
        next[left] = next[right];
        if (next[left] < count) {
          before[next[left]] = left;
        }
        offer(merges, left, heap);
        if (before[left] >= 0) {
          offer(merges, before[left], heap);
        }
      }
    }

    private void offer(Merges merges, int left, Heap heap) {
      if (next[left] < count) {
        long m = pair(merges, left, next[left]);
        if (m != Long.MAX_VALUE) {
          heap.add(m & 0xFFFFFFFF00000000L | left);
        }
      }
    }
  }
}
