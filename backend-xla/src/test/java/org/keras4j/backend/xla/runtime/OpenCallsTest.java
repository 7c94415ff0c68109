package org.keras4j.backend.xla.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OpenCallsTest {
  @Test
  void callsOnWhatIsClosedLetNothingGoAgain() {
    OpenCalls calls = new OpenCalls();
    assertTrue(calls.enter());
    assertFalse(calls.close());
    assertFalse(calls.enter());
    assertTrue(calls.leave());
    assertFalse(calls.enter());
  }

  @Test
  void itGoesOnceWhateverThreadsDo() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 500; round++) {
        OpenCalls calls = new OpenCalls();
        AtomicInteger gone = new AtomicInteger();
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
          tasks.add(() -> {
            for (int i = 0; i < 50; i++) {
              if (calls.enter()) {
                assertEquals(0, gone.get());
                if (calls.leave()) {
                  gone.incrementAndGet();
                }
              }
            }
            return null;
          });
        }
        tasks.add(() -> {
          if (calls.close()) {
            gone.incrementAndGet();
          }
          return null;
        });
        for (Future<Void> f : threads.invokeAll(tasks)) {
          f.get();
        }
        assertEquals(1, gone.get());
      }
    } finally {
      threads.shutdown();
    }
  }
}
