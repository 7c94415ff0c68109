package org.keras4j.text.internal.stage;

import java.util.Arrays;

/**
 * A set of strings, each with a number, that is walked character by character. The children of all nodes lie in one
 * table with open addressing, by node and character; those of the root in an array of their own.
 */
public final class Trie {
  private static final int NONE = -1;

  private final int[] roots = new int[0x10000];
  private long[] keys = new long[1 << 10];
  private int[] children = new int[1 << 10];
  private int[] values = new int[1 << 8];
  private int nodes = 1;

  /** A trie without strings. */
  public Trie() {
    Arrays.fill(values, NONE);
  }

  /** The node that every walk begins at. */
  public int root() {
    return 0;
  }

  /** Adds a string, with a number of 0 or more that replaces the one it had. */
  public void put(CharSequence s, int value) {
    int node = 0;
    for (int i = 0; i < s.length(); i++) {
      int child = child(node, s.charAt(i));
      node = child > 0 ? child : addChild(node, s.charAt(i));
    }
    values[node] = value;
  }

  /** The node below a node by a character, or 0 where there is none. */
  public int child(int node, char c) {
    if (node == 0) {
      return roots[c];
    }
    long key = ((long) node << 16) | c;
    int mask = keys.length - 1;
    for (int i = slot(key, mask); ; i = (i + 1) & mask) {
      long k = keys[i];
      if (k == key) {
        return children[i];
      }
      if (k == 0) {
        return 0;
      }
    }
  }

  /** The number of the string that ends at a node, or -1. */
  public int value(int node) {
    return values[node];
  }

  private int addChild(int node, char c) {
    int child = nodes++;
    if (child == values.length) {
      values = Arrays.copyOf(values, child * 2);
      Arrays.fill(values, child, child * 2, NONE);
    }
    if (node == 0) {
      roots[c] = child;
      return child;
    }
    if (nodes * 2 > keys.length) {
      long[] oldKeys = keys;
      int[] oldChildren = children;
      keys = new long[oldKeys.length * 2];
      children = new int[keys.length];
      for (int i = 0; i < oldKeys.length; i++) {
        if (oldKeys[i] != 0) {
          insert(oldKeys[i], oldChildren[i]);
        }
      }
    }
    insert(((long) node << 16) | c, child);
    return child;
  }

  private void insert(long key, int child) {
    int mask = keys.length - 1;
    int i = slot(key, mask);
    while (keys[i] != 0) {
      i = (i + 1) & mask;
    }
    keys[i] = key;
    children[i] = child;
  }

  private static int slot(long key, int mask) {
    long h = key * 0x9E3779B97F4A7C15L;
    return (int) (h >>> 32) & mask;
  }
}
