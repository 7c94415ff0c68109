package org.keras4j.backend.xla.runtime.pjrt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.keras4j.backend.xla.runtime.ElementType;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.core.spi.TransferMemory;

/** Memory that a plugin copies out of while the caller goes on; the fake one copies as late as it may. */
class DmaPoolTest {
  private static final TensorType T = TensorType.of(ElementType.F32, 1000);
  private static final int BYTES = 4000;

  private static void fill(TransferMemory m, float v) {
    ByteBuffer b = m.bytes().order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < BYTES; i += 4) {
      b.putFloat(i, v);
    }
  }

  private static XlaBuffer copied(PjrtRuntime r, TransferMemory m) {
    return r.fromHost(T, m.bytes().limit(BYTES), r.devices().get(0));
  }

  private static float last(XlaBuffer b) {
    ByteBuffer to = ByteBuffer.allocateDirect(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    b.read(to.duplicate());
    return to.getFloat(BYTES - 4);
  }

  private static TransferMemory taken(PjrtRuntime r, long bytes) {
    TransferMemory m = r.transferMemory(bytes);
    assertNotNull(m);
    return m;
  }

  @Test
  void isWrittenAgainWhenCopied() {
    try (FakePlugin fake = new FakePlugin(0, 90)) {
      try (PjrtRuntime r = fake.start(null)) {
        int alive = fake.alive();
        try (TransferMemory m = taken(r, BYTES)) {
          List<XlaBuffer> all = new ArrayList<>();
          for (int i = 0; i < 7; i++) {
            m.await();
            fill(m, i);
            all.add(copied(r, m));
          }
          for (int i = 0; i < 7; i++) {
            assertEquals(i, last(all.get(i)));
            all.get(i).close();
          }
          m.await();
          assertEquals(alive, fake.alive(), () -> fake.alive.toString());
        }
      }
      assertEquals(0, fake.alive(), () -> fake.alive.toString());
      assertTrue(fake.mapped.isEmpty());
    }
  }

  @Test
  void theNextOneGetsItWithItsCopiesMade() {
    try (FakePlugin fake = new FakePlugin(0, 90);
        PjrtRuntime r = fake.start(null)) {
      TransferMemory m = taken(r, BYTES);
      fill(m, 1);
      XlaBuffer one = copied(r, m);
      m.close();
      m.close();
      try (TransferMemory again = taken(r, BYTES - 100);
          TransferMemory other = taken(r, BYTES)) {
        assertEquals(BYTES - 100, again.bytes().remaining());
        assertEquals(2, fake.maps);
        fill(other, 2);
        again.bytes().putFloat(0, 9);
        assertEquals(1, last(one));
        one.close();
      }
      // a far larger block is not for small arrays
      taken(r, 100 * BYTES).close();
      taken(r, 10).close();
      assertEquals(3, fake.maps);
      assertEquals(3, fake.mapped.size());
    }
  }

  @Test
  void hasLimits() {
    try (FakePlugin fake = new FakePlugin(0, 90);
        PjrtRuntime r = fake.start(null)) {
      DmaPool pool = new DmaPool(r.functions(), 0, 40_000, 20_000);
      List<TransferMemory> held = new ArrayList<>();
      for (TransferMemory m = pool.take(8192); m != null; m = pool.take(8192)) {
        held.add(m);
      }
      assertEquals(4, held.size());
      held.forEach(TransferMemory::close);
      assertEquals(2, fake.mapped.size());
      assertNotNull(pool.take(20_000));
      pool.close(); // with one still in use
      assertTrue(fake.mapped.isEmpty());
      assertNull(pool.take(10));
      assertNull(r.transferMemory(0));
      assertNull(r.transferMemory(1L << 40));
    }
  }

  @Test
  void pluginsWithoutItGiveNone() {
    try (FakePlugin old = new FakePlugin(0, 67)) {
      old.endBeforeMemory();
      try (PjrtRuntime r = old.start(null)) {
        assertNull(r.transferMemory(BYTES));
      }
    }
    try (FakePlugin fake = new FakePlugin(0, 90);
        PjrtRuntime r = fake.start(null)) {
      fake.mapFailure = 8;
      assertNull(r.transferMemory(BYTES)); // for now
      fake.mapFailure = 0;
      taken(r, BYTES).close();
      fake.mapFailure = 12;
      assertNull(r.transferMemory(10 * BYTES)); // for good
      fake.mapFailure = 0;
      assertNull(r.transferMemory(10 * BYTES));
    }
  }

  @Test
  void forgottenMemoryGoesBack() throws InterruptedException {
    try (FakePlugin fake = new FakePlugin(0, 90);
        PjrtRuntime r = fake.start(null)) {
      assertNotNull(r.transferMemory(BYTES));
      List<TransferMemory> held = new ArrayList<>();
      int before = -1;
      for (int i = 0; i < 100 && fake.maps != before; i++) {
        System.gc();
        Thread.sleep(20);
        before = fake.maps;
        held.add(taken(r, BYTES)); // a new one each time, until the forgotten one is back
      }
      assertEquals(before, fake.maps);
      held.forEach(TransferMemory::close);
    }
  }

  @Test
  void manyThreadsTakeTurns() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (FakePlugin fake = new FakePlugin(0, 90)) {
      try (PjrtRuntime r = fake.start(null)) {
        List<Future<Boolean>> all = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
          int number = 1000 * t;
          all.add(threads.submit(() -> {
            for (int i = 0; i < 50; i++) {
              XlaBuffer b;
              try (TransferMemory m = taken(r, BYTES)) {
                fill(m, number + i);
                b = copied(r, m);
              }
              if (last(b) != number + i) {
                return false;
              }
              b.close();
            }
            return true;
          }));
        }
        for (Future<Boolean> f : all) {
          assertTrue(f.get());
        }
        assertTrue(fake.maps <= 4);
      }
      assertEquals(0, fake.alive(), () -> fake.alive.toString());
      assertTrue(fake.mapped.isEmpty());
    } finally {
      threads.shutdown();
    }
  }
}
