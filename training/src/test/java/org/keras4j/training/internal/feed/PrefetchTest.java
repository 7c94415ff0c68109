package org.keras4j.training.internal.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PrefetchTest {
  private final Set<Integer> released = ConcurrentHashMap.newKeySet();

  private Prefetch<Integer> ahead(Iterator<Integer> it) {
    return new Prefetch<>(() -> it, x -> 10 * x, released::add, 2, IllegalStateException::new);
  }

  @Test
  void givesTheSameElementsInOrder() {
    List<Integer> got = new ArrayList<>();
    try (Prefetch<Integer> p = ahead(IntStream.range(0, 100).iterator())) {
      p.forEachRemaining(got::add);
      assertFalse(p.hasNext());
      assertThrows(NoSuchElementException.class, p::next);
    }
    assertEquals(IntStream.range(0, 100).map(i -> 10 * i).boxed().toList(), got);
    assertTrue(released.isEmpty());
  }

  @Test
  void preparesWhileNobodyAsks() throws Exception {
    CountDownLatch two = new CountDownLatch(2);
    Iterator<Integer> it =
        Stream.iterate(1, i -> i + 1).peek(i -> two.countDown()).iterator();
    try (Prefetch<Integer> p = ahead(it)) {
      assertTrue(two.await(30, TimeUnit.SECONDS));
      assertEquals(10, p.next());
    }
  }

  @Test
  void bringsFailuresToTheUserAfterWhatCameBefore() {
    Iterator<Integer> it = Stream.of(1, 2, 0).map(i -> 6 / i).iterator();
    try (Prefetch<Integer> p = ahead(it)) {
      assertEquals(60, p.next());
      assertEquals(30, p.next());
      assertThrows(ArithmeticException.class, p::next);
      assertThrows(ArithmeticException.class, p::hasNext);
    }
  }

  @Test
  void releasesWhatNobodyTook() {
    Prefetch<Integer> p = ahead(Stream.iterate(1, i -> i + 1).iterator());
    assertEquals(10, p.next());
    assertTrue(p.hasNext());
    p.close();
    assertTrue(released.contains(20), released::toString);
    assertFalse(released.contains(10), released::toString);
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(t -> t.getName().equals("keras4j-data")),
        "the other thread has ended");
    p.close();
  }

  @Test
  void closesTheIteratorItRuns() {
    boolean[] closed = new boolean[1];
    class Closeable implements Iterator<Integer>, AutoCloseable {
      @Override
      public boolean hasNext() {
        return true;
      }

      @Override
      public Integer next() {
        return 1;
      }

      @Override
      public void close() {
        closed[0] = true;
      }
    }

    Prefetch<Integer> p = ahead(new Closeable());
    assertEquals(10, p.next());
    p.close();
    assertTrue(closed[0]);
  }

  @Test
  void anInterruptEndsTheWaitAndReachesTheSource() throws Exception {
    CountDownLatch forever = new CountDownLatch(1);
    CountDownLatch waiting = new CountDownLatch(1);
    AtomicBoolean reached = new AtomicBoolean();
    Iterator<Integer> it = Stream.iterate(0, i -> i + 1)
        .map(i -> {
          try {
            if (i == 2) {
              waiting.countDown();
              forever.await();
            }
          } catch (InterruptedException e) {
            reached.set(true);
            throw new IllegalStateException(e);
          }
          return i;
        })
        .iterator();
    Prefetch<Integer> p = ahead(it);
    assertEquals(0, p.next());
    assertEquals(10, p.next());
    waiting.await(); // before that, a closed feed does not ask its source at all
    Thread.currentThread().interrupt();
    assertInstanceOf(
        InterruptedException.class,
        assertThrows(IllegalStateException.class, p::next).getCause());
    p.close();
    assertTrue(Thread.interrupted());
    assertTrue(reached.get());
  }

  @Test
  void checkedExceptionsComeThroughToo() {
    Iterator<Integer> it = new Iterator<>() {
      @Override
      public boolean hasNext() {
        return true;
      }

      @Override
      public Integer next() {
        throw PrefetchTest.<RuntimeException>sneaky(new java.io.IOException("no disk"));
      }
    };
    try (Prefetch<Integer> p = ahead(it)) {
      assertEquals("no disk", assertThrows(java.io.IOException.class, p::next).getMessage());
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E sneaky(Throwable t) throws E {
    throw (E) t;
  }
}
