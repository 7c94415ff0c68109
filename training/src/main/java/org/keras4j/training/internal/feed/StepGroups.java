package org.keras4j.training.internal.feed;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Queue;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.training.data.ArraySource;
import org.keras4j.training.data.Batch;

/**
 * The batches of a source, several at once where one executable runs several steps. There are as many as
 * {@link Grouping} says, or one: no number in between, which would have to be compiled too. None lies in two
 * epochs, and no batch is taken from the source before its epoch.
 */
final class StepGroups implements Iterator<StepGroup>, AutoCloseable {
  private final Iterator<Batch> source;
  private final UnaryOperator<Batch> prepare;
  private final Grouping.Plan plan;
  private final int epoch;
  private int left;
  private long needed;
  private final Queue<StepGroup> ready = new ArrayDeque<>();
  // taken, and not yet handed out
  private @Nullable Batch first;

  /**
   * StepGroups out of a source.
   *
   * @param prepare what is done to a batch, or to the samples of several
   * @param part how many batches an epoch takes, the current one yet, and all together
   */
  StepGroups(
      Iterator<Batch> source, UnaryOperator<Batch> prepare, Grouping.Plan plan, Feed.Part part) {
    // a batch is on the device, or on its way there, before the next one is made
    this.source = source instanceof ArraySource.Batches arrays
        ? arrays.reusing(bytes -> Keras.backend().transferMemory(bytes))
        : source;
    this.prepare = prepare;
    this.plan = plan;
    this.epoch = part.epoch();
    this.left = part.left();
    this.needed = part.needed();
  }

  @Override
  public boolean hasNext() {
    return !ready.isEmpty() || (needed > 0 && more());
  }

  @Override
  public StepGroup next() {
    StepGroup p = ready.poll();
    if (p == null) {
      p = taken();
    }
    left -= p.steps();
    if (left <= 0) {
      left = epoch;
    }
    plan.handedOut(p.steps());
    return p;
  }

  private boolean more() {
    return first != null || source.hasNext();
  }

  private StepGroup taken() {
    if (needed <= 0 || !more()) {
      throw new NoSuchElementException();
    }
    if (plan.asksForABatch()) {
      first = source.next();
      plan.sees(first);
    }
    int k = plan.size();
    boolean alone = source instanceof ArraySource.Batches a && a.isSparse();
    if (k == 1 || k > left || alone) {
      return single();
    }
    if (source instanceof ArraySource.Batches arrays) {
      if (arrays.whole() < k) {
        return single();
      }
      needed -= k;
      return new StepGroup(split(prepare.apply(arrays.next(k)), k), k);
    }
    List<Batch> several = new ArrayList<>();
    while (several.size() < k && more()) {
      several.add(single().batch());
    }
    Batch stacked = several.size() < k ? null : stacked(several);
    if (stacked != null) {
      return new StepGroup(stacked, k);
    }
    several.forEach(b -> ready.add(new StepGroup(b, 1)));
    return ready.remove();
  }

  private StepGroup single() {
    needed--;
    Batch b = first == null ? source.next() : first;
    first = null;
    return new StepGroup(prepare.apply(b), 1);
  }

  /** The samples of {@code k} batches, batch by batch. */
  private static Batch split(Batch b, int k) {
    return mapped(b, a -> {
      long[] d = a.shape().insert(0, k).toArray();
      d[1] /= k;
      return a.reshape(d);
    });
  }

  private static Batch mapped(Batch b, UnaryOperator<NDArray> f) {
    UnaryOperator<@Nullable Object> leaves =
        part -> Nest.map(part, x -> x instanceof NDArray a ? f.apply(a) : x);
    return new Batch(
        java.util.Objects.requireNonNull(leaves.apply(b.x())),
        leaves.apply(b.y()),
        leaves.apply(b.sampleWeight()));
  }

  /** Batches of arrays of one form as one; null if their forms differ. */
  private static @Nullable Batch stacked(List<Batch> several) {
    Object form = form(several.get(0));
    for (Batch b : several) {
      if (!canBeStacked(b) || !form.equals(form(b))) {
        return null;
      }
    }
    List<Iterator<Object>> leaves = new ArrayList<>();
    several.forEach(b -> leaves.add(Nest.flatten(parts(b)).iterator()));
    Batch first = several.get(0);
    Object out = Nest.map(parts(first), x -> {
      List<Object> column = new ArrayList<>();
      leaves.forEach(it -> column.add(it.next()));
      return x == null ? null : joined(column);
    });
    List<?> l = (List<?>) Objects.requireNonNull(out);
    return new Batch(l.get(0), l.get(1), l.get(2));
  }

  private static List<@Nullable Object> parts(Batch b) {
    return Arrays.asList(b.x(), b.y(), b.sampleWeight());
  }

  private static Object form(Batch b) {
    return Objects.requireNonNull(Nest.map(parts(b), x -> x instanceof NDArray a ? a.spec() : x));
  }

  private static boolean canBeStacked(Batch b) {
    return Nest.flatten(parts(b)).stream().allMatch(x -> x == null || x instanceof NDArray);
  }

  private static NDArray joined(List<Object> rows) {
    TensorSpec each = ((NDArray) rows.get(0)).spec();
    Shape s = each.shape().insert(0, rows.size());
    if (each.dtype() == DType.STRING) {
      String[] all = rows.stream()
          .flatMap(r -> Arrays.stream(((NDArray) r).toStringArray()))
          .toArray(String[]::new);
      return NDArray.ofStrings(all, s);
    }
    NDArray out = NDArray.zeros(each.dtype(), s);
    ByteBuffer to = out.bytes();
    rows.forEach(r -> to.put(((NDArray) r).bytes()));
    return out;
  }

  @Override
  public void close() {
    Feed.close(source);
  }
}
