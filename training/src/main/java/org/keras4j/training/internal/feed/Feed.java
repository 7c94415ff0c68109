package org.keras4j.training.internal.feed;

import java.util.Iterator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.data.ArraySource;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.DataSource;

/**
 * Brings the batches of a source to the steps. Those that somebody's code makes are made by another thread, a few
 * ahead, and lie on the device when they are needed; so are large ones out of arrays in training. The others are made
 * when they are asked for.
 */
public final class Feed {
  // from here on preparing a batch takes longer than handing it from thread to thread
  private static final long WORTH_A_THREAD = 128 << 10;
  private static final long WORTH_OF_TEXT = 4 << 10;

  private final DataSource source;
  private final UnaryOperator<Batch> prepare;
  private final Grouping.Plan plan;
  private final int ahead;
  private final Function<InterruptedException, RuntimeException> interrupted;
  private @Nullable Long seed;
  private @Nullable Runnable afterOpening;

  /**
   * For a run through a source.
   *
   * @param prepare what is done to a batch, or to the samples of several
   * @param ahead how many batches may wait, 0 for none
   * @param interrupted what to throw if the thread of the steps is interrupted while it waits for a batch
   */
  public Feed(
      DataSource source,
      UnaryOperator<Batch> prepare,
      Grouping.Plan plan,
      int ahead,
      Function<InterruptedException, RuntimeException> interrupted) {
    this.source = source;
    this.prepare = prepare;
    this.plan = plan;
    this.ahead = ahead;
    this.interrupted = interrupted;
    this.seed = isCode() ? drawnSeed() : null;
  }

  private boolean isCode() {
    return !(source instanceof ArraySource) && !source.isReady();
  }

  // from the generator in force: what the source draws is repeatable where that one is
  private static long drawnSeed() {
    NDArray two = SeedGenerator.global().take();
    return two.getLong(0) << 32 ^ two.getLong(1);
  }

  /** What the random numbers of the source's code begin with; null where there is no such code. */
  @Nullable
  public Long seed() {
    return seed;
  }

  /** Takes {@link #seed} of another run. */
  public void seed(long value) {
    if (seed != null) {
      seed = value;
    }
  }

  /**
   * Whether a training takes the batches from another thread.
   *
   * @param steps how many steps one executable runs
   */
  public boolean isWorthAThread(int steps) {
    return isCode()
        || (source instanceof ArraySource a
            && (a.batchBytes() * Math.max(1, steps) >= WORTH_A_THREAD
                || a.batchCharacters() >= WORTH_OF_TEXT));
  }

  /**
   * Which part of the source.
   *
   * @param pass how often the source was opened before
   * @param first how many batches of this pass are left out
   * @param epoch how many batches an epoch takes
   * @param left how many the current epoch takes yet
   * @param needed how many are taken at most; none is made beyond
   */
  public record Part(long pass, long first, int epoch, int left, long needed) {
    /** The first batches, as many as these. */
    public static Part of(int limit) {
      return new Part(0, 0, limit, limit, limit);
    }

    /** All that a pass has from a batch on. */
    public static Part of(long pass, long first) {
      return new Part(pass, first, Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);
    }
  }

  /** The groups of a part: by another thread, where somebody's code makes them. */
  public Flow open(Part part) {
    return open(part, isCode(), p -> p, p -> {});
  }

  /**
   * The groups of a part.
   *
   * @param thread whether another thread makes them
   * @param ready what it does further for a group
   * @param release frees what that made
   */
  public Flow open(
      Part part, boolean thread, UnaryOperator<StepGroup> ready, Consumer<StepGroup> release) {
    Supplier<Iterator<StepGroup>> groups = () -> new StepGroups(batches(part), prepare, plan, part);
    return thread && ahead > 0
        ? new Flow(new Prefetch<>(groups, ready, release, ahead, interrupted), release)
        : new Flow(groups.get(), p -> {});
  }

  /** What to do when the source was opened next, once. */
  public void afterOpening(@Nullable Runnable action) {
    afterOpening = action;
  }

  private Iterator<Batch> batches(Part part) {
    Long s = seed;
    Iterator<Batch> opened = s == null
        ? source.iterator(part.first())
        : new SeededBatches(source, s, part.pass(), part.first());
    Runnable action = afterOpening;
    if (action != null) {
      afterOpening = null;
      action.run();
    }
    return opened;
  }

  /**
   * StepGroups on their way.
   *
   * @param release frees what was made for a group ahead
   */
  public record Flow(Iterator<StepGroup> groups, Consumer<StepGroup> release)
      implements Iterator<StepGroup>, AutoCloseable {
    @Override
    public boolean hasNext() {
      return groups.hasNext();
    }

    @Override
    public StepGroup next() {
      return groups.next();
    }

    /** Frees what was made for a group, once it was used. */
    public void done(StepGroup p) {
      release.accept(p);
    }

    @Override
    public void close() {
      Feed.close(groups);
    }
  }

  /**
   * Closes what gave elements, if it can be closed.
   *
   * @throws IllegalStateException if that fails
   */
  public static void close(@Nullable Object iterator) {
    if (iterator instanceof AutoCloseable c) {
      try {
        c.close();
      } catch (Exception e) {
        throw new IllegalStateException("The data source could not be closed", e);
      }
    }
  }
}
