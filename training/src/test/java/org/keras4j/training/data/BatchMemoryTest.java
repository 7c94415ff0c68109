package org.keras4j.training.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.spi.TransferMemory;

class BatchMemoryTest {
  private static final int ROW = 100_000;

  /** Memory whose waiting and giving back is counted. */
  private static final class Counted implements TransferMemory {
    final ByteBuffer memory;
    int awaited;
    int closed;

    Counted(long bytes) {
      this.memory = ByteBuffer.allocateDirect((int) bytes);
    }

    @Override
    public ByteBuffer bytes() {
      return memory.duplicate();
    }

    @Override
    public void await() {
      awaited++;
    }

    @Override
    public void close() {
      closed++;
    }
  }

  // rows that bear their number, wide enough that a batch of two is large
  private static NDArray rows(int n) {
    NDArray x = NDArray.zeros(DType.UINT8, Shape.of(n, ROW));
    for (int i = 0; i < n; i++) {
      x.setLong(i * ROW + ROW - 1, i);
    }
    return x;
  }

  private static List<Long> numbers(Batch b) {
    NDArray x = (NDArray) b.x();
    NDArray y = (NDArray) java.util.Objects.requireNonNull(b.y());
    List<Long> out = new ArrayList<>();
    for (int i = 0; i < b.size(); i++) {
      out.add(x.getLong(i * ROW + ROW - 1));
      assertEquals(x.getLong(i * ROW + ROW - 1), y.getLong(i));
    }
    return out;
  }

  private static NDArray labels(int n) {
    NDArray y = NDArray.zeros(DType.INT32, Shape.of(n));
    for (int i = 0; i < n; i++) {
      y.setLong(i, i);
    }
    return y;
  }

  @Test
  void batchesTakeTurnsInMemoryOfTheDevice() {
    for (boolean shuffle : new boolean[] {false, true}) {
      ArraySource source = new ArraySource(rows(7), labels(7), null, 2, shuffle);
      source.seed(1);
      List<Counted> taken = new ArrayList<>();
      TreeSet<Long> seen = new TreeSet<>();
      try (ArraySource.Batches batches = source.iterator().reusing(bytes -> {
        taken.add(new Counted(bytes));
        return taken.get(taken.size() - 1);
      })) {
        while (batches.hasNext()) {
          Batch b = batches.next();
          List<Long> numbers = numbers(b);
          seen.addAll(numbers);
          if (!shuffle) {
            assertEquals(
                numbers.size() == 2 ? numbers.get(0) + 1 : 6L, numbers.get(numbers.size() - 1));
          }
        }
      }
      assertEquals(7, seen.size());
      // two for batches of two, of which one was used twice; the last batch, of one row, is small
      assertEquals(2, taken.size());
      assertEquals(1, taken.stream().mapToInt(c -> c.awaited).sum());
      taken.forEach(c -> assertEquals(1, c.closed));
    }
  }

  @Test
  void withoutItShuffledBatchesShareOneArray() {
    ArraySource source = new ArraySource(rows(6), labels(6), null, 2, true);
    try (ArraySource.Batches batches = source.iterator().reusing(bytes -> null)) {
      Object first = batches.next().x();
      assertSame(first, batches.next().x());
    }
    NDArray all = rows(6);
    source = new ArraySource(all, labels(6), null, 2, false);
    try (ArraySource.Batches batches = source.iterator().reusing(bytes -> null)) {
      batches.next();
      NDArray second = (NDArray) batches.next().x();
      all.setLong(2 * ROW, 77); // a view
      assertEquals(77, second.getLong(0));
    }
  }

  @Test
  void stringsStayWhereTheyAre() {
    String[] names = {"a", "b", "c", "d"};
    NDArray s = NDArray.ofStrings(names, Shape.of(4));
    ArraySource source = new ArraySource(List.of(rows(4), s), labels(4), null, 4, true);
    try (ArraySource.Batches batches = source.iterator().reusing(Counted::new)) {
      List<?> x = (List<?>) batches.next().x();
      NDArray numbers = (NDArray) x.get(0);
      NDArray strings = (NDArray) x.get(1);
      for (int i = 0; i < 4; i++) {
        assertEquals(names[(int) numbers.getLong(i * ROW + ROW - 1)], strings.getString(i));
      }
    }
  }

  @Test
  void largeBatchesAreGatheredByThreads() {
    NDArray x = rows(90);
    int[] backwards = new int[90];
    for (int i = 0; i < 90; i++) {
      backwards[i] = 89 - i;
    }
    NDArray out = x.rows(backwards);
    assertTrue(out.spec().bytes() > 4 << 20);
    for (int i = 0; i < 90; i++) {
      assertEquals(89 - i, out.getLong(i * ROW + ROW - 1));
    }
    assertEquals(x, out.rows(backwards));
  }
}
