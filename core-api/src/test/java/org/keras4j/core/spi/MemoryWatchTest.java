package org.keras4j.core.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MemoryWatchTest {
  private static final long MB = 1L << 20;

  @Test
  void countsAndRemembersTheMost() {
    MemoryWatch w = new MemoryWatch("a memory", 1000 * MB, () -> {});
    w.allocated(30);
    w.allocated(20);
    w.freed(30);
    w.allocated(5);
    assertEquals(25, w.used());
    assertEquals(50, w.peak());
    assertEquals(1000 * MB, w.limit());
  }

  @Test
  void collectsWhenWhatIsHeldHasDoubled() {
    AtomicInteger releases = new AtomicInteger();
    MemoryWatch w = new MemoryWatch("a memory", 4000 * MB, releases::incrementAndGet);
    w.allocated(500 * MB);
    assertEquals(0, releases.get());
    w.allocated(100 * MB); // above the 512 MB below which nothing happens
    int first = releases.get();
    assertTrue(first > 0);
    w.allocated(500 * MB); // 1100 MB, less than twice the 600 MB
    assertEquals(first, releases.get());
    w.allocated(200 * MB);
    assertTrue(releases.get() > first);
  }

  @Test
  void whatACollectionFindsIsFreedBeforeTheAllocationGoesOn() {
    MemoryWatch[] w = new MemoryWatch[1];
    AtomicInteger forgotten = new AtomicInteger(3);
    w[0] = new MemoryWatch("a memory", 400 * MB, () -> {
      if (forgotten.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        w[0].freed(100 * MB);
      }
    });
    w[0].allocated(300 * MB);
    w[0].allocated(150 * MB);
    assertEquals(150 * MB, w[0].used());
  }

  @Test
  void limitOfAProperty() {
    System.setProperty("keras4j.nobackend.memoryLimit", "12345");
    try {
      assertEquals(12345, MemoryWatch.hostLimit("nobackend"));
    } finally {
      System.clearProperty("keras4j.nobackend.memoryLimit");
    }
    assertTrue(MemoryWatch.hostLimit("nobackend") > 100 * MB);
  }
}
