package org.keras4j.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every sample is somebody's, and where a divided step looks for it. */
class DivisionTest {
  @Test
  void everySampleIsSomebodysOnce() {
    Random random = new Random(1);
    for (int draw = 0; draw < 200; draw++) {
      int ranks = 1 + random.nextInt(7);
      int batch = ranks + random.nextInt(20);
      long samples = 1L + random.nextInt(150);
      Division d = new Division(samples, batch, ranks);
      long[] had = new long[ranks];
      for (int b = 0; b < d.batches(); b++) {
        int n = d.size(b);
        int next = 0;
        for (int r = 0; r < ranks; r++) {
          boolean all = n < ranks;
          assertEquals(all ? 0 : next, d.first(b, r), d.toString());
          assertTrue(d.rows(b, r) >= 1, d.toString());
          for (int i = 0; i < d.rows(b, r); i++) {
            long sample = (long) b * batch + d.first(b, r) + i;
            assertEquals(all ? -1 : r, d.rank(sample), d.toString());
          }
          next += d.rows(b, r);
          had[r] += d.rows(b, r);
        }
        assertEquals(n < ranks ? n * ranks : n, next, d.toString());
      }
      for (int r = 0; r < ranks; r++) {
        assertEquals(had[r], d.rows(r), d.toString());
      }
    }
  }

  @Test
  void hostsOfAddresses() {
    assertEquals("10.0.0.1", TrainingTask.host("10.0.0.1:7077"));
    assertEquals("fe80::1", TrainingTask.host("[fe80::1]:7077"));
    assertEquals("worker", TrainingTask.host("worker"));
  }
}
