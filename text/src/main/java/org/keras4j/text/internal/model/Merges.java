package org.keras4j.text.internal.model;

/** Which pairs of tokens become one, and which first: a table with open addressing. */
public final class Merges {
  private static final int MOST = 1 << 26;

  private long[] keys;
  private long[] values;
  private int count;

  /** An empty table with room for some pairs. */
  public Merges(int expected) {
    int size = Integer.highestOneBit(Math.max(8, Math.min(expected, MOST))) * 4;
    keys = new long[size];
    values = new long[size];
  }

  /**
   * Adds a pair; one that is there already keeps the lower rank.
   *
   * @param left the token before
   * @param right the token after
   * @param rank which pair goes first: the lowest
   * @param merged the token that they become
   */
  public void put(int left, int right, int rank, int merged) {
    if (count * 2 > keys.length) {
      grow();
    }
    long value = (long) rank << 32 | merged;
    int slot = find(key(left, right));
    if (keys[slot] == 0) {
      keys[slot] = key(left, right);
      values[slot] = value;
      count++;
    } else {
      values[slot] = Math.min(values[slot], value);
    }
  }

  /** The rank (upper 32 bits) and token (lower 32) of a pair, or -1. */
  long get(int left, int right) {
    int slot = find(key(left, right));
    return keys[slot] == 0 ? -1 : values[slot];
  }

  private static long key(int left, int right) {
    // No pair has the key 0, which marks free places.
    return ((long) left << 32 | right) + 1;
  }

  private int find(long key) {
    int mask = keys.length - 1;
    int i = (int) (key * 0x9E3779B97F4A7C15L >>> 32) & mask;
    while (keys[i] != key && keys[i] != 0) {
      i = (i + 1) & mask;
    }
    return i;
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldValues = values;
    keys = new long[oldKeys.length * 2];
    values = new long[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) {
        int slot = find(oldKeys[i]);
        keys[slot] = oldKeys[i];
        values[slot] = oldValues[i];
      }
    }
  }
}
