package org.keras4j.training.internal.feed;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.internal.SavedState;
import org.keras4j.ops.compile.Work;
import org.keras4j.training.data.ArraySource;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.DataSource;

/**
 * How many steps of one kind (training, evaluation, prediction) one executable runs: what {@code compile}
 * says, or, where it says nothing and nobody looks at single batches, many once a model has proved to run for
 * long in small steps. The answer depends on counts and sizes alone, never on time, so that every run of a
 * program does the same.
 */
public final class Grouping {
  /** From so many steps on, compiling another executable pays. */
  private static final int AFTER = 2000;

  private static final int MOST = 32;
  private static final int LEAST = 8;
  private static final long BYTES = 1 << 20;
  private static final double OPERATIONS = 2e7;
  private static final long NODES = 1000;

  private final Supplier<Work> work;
  private int seen;
  private int chosen;

  /**
   * Nothing is grouped yet.
   *
   * @param work what the single step does, once it is compiled
   */
  public Grouping(Supplier<Work> work) {
    this.work = work;
  }

  public synchronized void clear() {
    seen = 0;
    chosen = 0;
  }

  /** What holds for one run through a source. */
  public final class Plan {
    private final int told;
    private final long batches;
    // -1 until a batch was seen
    private volatile int candidate;
    private int done;

    private Plan(int told, int candidate, long batches) {
      this.told = told;
      this.candidate = candidate;
      this.batches = batches;
      this.done = seen;
    }

    /** Whether the first batch is to be seen before {@link #size} can say. */
    boolean asksForABatch() {
      return candidate < 0;
    }

    /** Tells what a batch of the source holds. */
    void sees(Batch b) {
      long bytes = 0;
      for (Object x : Nest.flatten(Arrays.asList(b.x(), b.y(), b.sampleWeight()))) {
        if (x instanceof NDArray a) {
          bytes += a.spec().bytes();
        } else if (x != null) {
          candidate = 1; // a tensor, or sparse: not put beside others
          return;
        }
      }
      candidate = Grouping.candidate(bytes, batches);
    }

    /** Tells that so many steps were done. */
    public void did(int n) {
      done = (int) Math.min(Integer.MAX_VALUE, (long) done + n);
    }

    /** What the next answers depend on: steps that are on their way do not count. */
    public Map<String, Object> state() {
      return Map.of("seen", done, "chosen", decided());
    }

    private int decided() {
      return candidate > 1 && done >= AFTER ? automatic(candidate) : done >= AFTER ? chosen : 0;
    }

    /** Takes up a state. */
    public void restore(Map<String, Object> state) {
      done = SavedState.number(state, "seen").intValue();
      restored(done, SavedState.number(state, "chosen").intValue());
    }

    /** How many steps the next executable runs. */
    int size() {
      return candidate > 1 ? automatic(candidate) : told;
    }

    /** Tells that so many steps are on their way. */
    void handedOut(int n) {
      count(n);
    }
  }

  /**
   * Begins a run through a source.
   *
   * @param told how many steps an executable runs, where it is not found out
   * @param automatic whether it is found out
   * @param ahead how many batches may be made before they are needed; with none, those of somebody's code are not grouped
   * @return what holds for this run
   */
  public Plan plan(DataSource source, int told, boolean automatic, int ahead) {
    int candidate = 1;
    if (automatic && source instanceof ArraySource a) {
      candidate = a.isSparse() ? 1 : candidate(a.batchBytes(), a.samples() / a.batchSize());
    } else if (automatic && source.isGroupable() && (ahead > 0 || source.isReady())) {
      candidate = -1;
    }
    return new Plan(told, candidate, source.batches());
  }

  // as many as the limits allow, of those the number that leaves the fewest steps over
  private static int candidate(long bytes, long whole) {
    long some = whole < 0 ? Long.MAX_VALUE : whole / 2;
    int most = (int) Math.min(MOST, Math.min(BYTES / Math.max(1, bytes), some));
    if (whole < 0) {
      return most < LEAST ? 1 : most;
    }
    int best = 1;
    for (int k = most; k >= Math.max(LEAST, most / 2); k--) {
      if (best == 1 || whole % k < whole % best) {
        best = k;
      }
    }
    return best;
  }

  // the first number that was chosen stays: another one would have to be compiled
  private synchronized int automatic(int candidate) {
    if (chosen == 0 && seen >= AFTER) {
      Work w = work.get();
      boolean small = w.isKnown() && w.nodes() <= NODES && w.operations() <= OPERATIONS;
      chosen = small ? candidate : 1;
    }
    return chosen == 0 ? 1 : chosen;
  }

  private synchronized void restored(int nowSeen, int nowChosen) {
    seen = nowSeen;
    chosen = nowChosen;
  }

  private synchronized void count(int n) {
    seen = (int) Math.min(Integer.MAX_VALUE, (long) seen + n);
  }
}
