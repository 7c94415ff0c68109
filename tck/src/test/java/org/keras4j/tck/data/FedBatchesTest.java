package org.keras4j.tck.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Sequential;
import org.keras4j.ops.random.RandomOps;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.Fit;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.Dataset;

/** Batches that threads of a dataset make, and that a publisher sends. */
@Tag("pytorch")
class FedBatchesTest {
  private static final int BATCHES = 12;

  /** Batches with numbers that are drawn without a seed, made by some threads. */
  private static class Drawn implements Dataset {
    final int workers;
    final Set<String> threads = Collections.synchronizedSet(new HashSet<>());
    final List<String> events = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger now = new AtomicInteger();
    final AtomicInteger most = new AtomicInteger();

    Drawn(int workers) {
      this.workers = workers;
    }

    @Override
    public int size() {
      return BATCHES;
    }

    @Override
    public Batch get(int index) {
      most.accumulateAndGet(now.incrementAndGet(), Math::max);
      threads.add(Thread.currentThread().getName());
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      try (Tensor x = RandomOps.normal(List.of(4, 3))) {
        return Batch.of(x.toNDArray(), NDArray.from(new float[][] {{index}, {1}, {2}, {3}}));
      } finally {
        now.decrementAndGet();
      }
    }

    @Override
    public int workers() {
      return workers;
    }

    @Override
    public int maxQueueSize() {
      return 3;
    }

    @Override
    public void onEpochBegin() {
      events.add("begin");
    }

    @Override
    public void onEpochEnd() {
      events.add("end");
    }
  }

  private static List<NDArray> trained(Dataset data) {
    return SeedGenerator.withGlobal(new SeedGenerator(11, "test"), () -> {
      Sequential m = new Sequential(new Input(3), new Dense(1).kernelInitializer("ones"));
      m.compile("sgd", "mse");
      m.fit(data, Fit.epochs(2).shuffleSeed(5).verbose(0));
      return m.getWeights();
    });
  }

  @Test
  void comeInOrderWithTheSameNumbers() {
    Drawn two = new Drawn(2);
    Drawn four = new Drawn(4);
    assertEquals(trained(two), trained(four));
    assertEquals(List.of("begin", "end", "begin", "end"), two.events);
    assertEquals(Set.of("keras4j-data-worker"), four.threads);
    assertTrue(four.most.get() > 1 && four.most.get() <= 3, "made at once: " + four.most);
    Drawn one = new Drawn(1);
    trained(one);
    assertFalse(one.threads.contains("keras4j-data-worker"));
    assertEquals(1, one.most.get());
  }

  @Test
  void failAsTheyWouldAlone() {
    Dataset bad = new Drawn(3) {
      @Override
      public Batch get(int index) {
        if (index == 7) {
          throw new IllegalStateException("batch 7 is broken");
        }
        return super.get(index);
      }
    };
    Exception e = assertThrows(IllegalStateException.class, () -> trained(bad));
    assertEquals("batch 7 is broken", e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> trained(new Drawn(0)));
  }

  /** Sends so many batches to each subscriber, as asked for. */
  private static final class Sent implements Flow.Publisher<Object> {
    final int batches;
    final boolean fails;
    final AtomicInteger subscribers = new AtomicInteger();
    final AtomicInteger ahead = new AtomicInteger();
    final AtomicInteger cancelled = new AtomicInteger();

    Sent(int batches, boolean fails) {
      this.batches = batches;
      this.fails = fails;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Object> s) {
      subscribers.incrementAndGet();
      s.onSubscribe(new Flow.Subscription() {
        private int sent;
        private boolean done;

        @Override
        public void request(long n) {
          ahead.accumulateAndGet((int) n, Math::max);
          for (long i = 0; i < n && sent < batches; i++) {
            float[][] x = {{sent, 1, 2}, {3, sent, 5}};
            sent++;
            s.onNext(Batch.of(NDArray.from(x), NDArray.from(new float[][] {{1}, {2}})));
          }
          if (sent == batches && !done) {
            done = true;
            if (fails) {
              s.onError(new IllegalStateException("the line is cut"));
            } else {
              s.onComplete();
            }
          }
        }

        @Override
        public void cancel() {
          cancelled.incrementAndGet();
        }
      });
    }
  }

  @Test
  void comeFromAPublisher() {
    Sequential m = new Sequential(new Input(3), new Dense(1));
    m.compile("sgd", "mse");
    List<NDArray> before = m.getWeights();
    Sent sent = new Sent(9, false);
    m.fit(sent, Fit.epochs(2).verbose(0));
    assertNotEquals(before, m.getWeights());
    assertEquals(2, sent.subscribers.get());
    assertTrue(sent.ahead.get() < 9, "asked for " + sent.ahead);
    assertEquals(18, ((NDArray) m.predict(new Sent(9, false))).shape().dim(0));
    Sent cut = new Sent(3, true);
    Exception e =
        assertThrows(IllegalStateException.class, () -> m.fit(cut, Fit.epochs(1).verbose(0)));
    assertEquals("the line is cut", e.getMessage());
  }
}
