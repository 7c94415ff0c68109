package org.keras4j.text.internal.model;

import java.util.Arrays;

/** Numbers of which the smallest is taken first. */
final class Heap {
  private long[] items;
  private int count;

  Heap(int capacity) {
    items = new long[Math.max(capacity, 8)];
  }

  boolean isEmpty() {
    return count == 0;
  }

  void add(long x) {
    if (count == items.length) {
      items = Arrays.copyOf(items, count * 2);
    }
    int i = count++;
    while (i > 0 && items[i - 1 >> 1] > x) {
      items[i] = items[i - 1 >> 1];
      i = i - 1 >> 1;
    }
    items[i] = x;
  }

  long poll() {
    long top = items[0];
    long x = items[--count];
    int i = 0;
    for (int child = 1; child < count; child = 2 * i + 1) {
      if (child + 1 < count && items[child + 1] < items[child]) {
        child++;
      }
      if (items[child] >= x) {
        break;
      }
      items[i] = items[child];
      i = child;
    }
    items[i] = x;
    return top;
  }
}
