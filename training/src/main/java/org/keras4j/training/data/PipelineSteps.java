package org.keras4j.training.data;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.StatelessScope;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.ops.random.SeedGenerator;

/** The iterators that a {@link DataPipeline} is made of. */
final class PipelineSteps {
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private PipelineSteps() {}

  static void require(String setting, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(setting + " expects " + least + " or more, got " + value);
    }
  }

  static void close(Object iterator) {
    if (iterator instanceof AutoCloseable c) {
      try {
        c.close();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException("A pipeline could not be closed", e);
      }
    }
  }

  // ---- random numbers

  private static long mixed(long seed, long epoch, long number) {
    long m = seed + STEP * (epoch + 1);
    m = (m ^ m >>> 31) * 0xBF58476D1CE4E5B9L + STEP * (number + 1);
    m = (m ^ m >>> 32) * 0x94D049BB133111EBL;
    return (m ^ m >>> 29) >>> 32;
  }

  /** Runs with a global generator of this element. */
  static <R> R seeded(long seed, long epoch, long number, Supplier<R> body) {
    SeedGenerator g = new SeedGenerator(mixed(seed, epoch, number), "pipeline_seed_generator");
    return SeedGenerator.withGlobal(g, body);
  }

  /** The inputs of an element put through a layer whose generators stand where this element has them. */
  static Batch layer(Layer layer, long epoch, long number, @Nullable Object element) {
    Batch given =
        element instanceof Batch b ? b : Batch.of(java.util.Objects.requireNonNull(element));
    List<Variable> states = new ArrayList<>(layer.variables());
    states.removeAll(layer.weights());
    Map<Variable, Tensor> values = new LinkedHashMap<>();
    for (Variable v : states) {
      NDArray begin = v.eager().toNDArray();
      long own = begin.size() > 0 ? begin.getLong(0) : 0;
      SeedGenerator g = new SeedGenerator(mixed(own, epoch, number), "pipeline_seed_generator");
      values.put(v, g.state().eager());
    }
    try (StatelessScope scope = new StatelessScope(values)) {
      Object out = layer.invokeNested(given.x(), CallArgs.training(true));
      return new Batch(onHost(out), given.y(), given.sampleWeight());
    }
  }

  // elements of other threads are plain arrays, so that no tensor outlives its scope
  private static Object onHost(Object structure) {
    Object out = Nest.map(structure, x -> x instanceof Tensor t ? t.toNDArray() : x);
    return java.util.Objects.requireNonNull(out);
  }

  // ---- samples

  /** The sample at an index of each array of a structure; null of null. */
  static @Nullable Object sample(@Nullable Object structure, int i) {
    return structure == null
        ? null
        : Nest.map(structure, x -> {
          NDArray a = (NDArray) java.util.Objects.requireNonNull(x);
          return a.slice(i, i + 1).reshape(a.shape().without(0).toArray());
        });
  }

  /** Structures of arrays, numbers and texts put together along a new first axis. */
  private static @Nullable Object stacked(List<@Nullable Object> structures) {
    Object first = structures.get(0);
    if (first == null) {
      return null;
    }
    List<List<Object>> flat = new ArrayList<>();
    for (Object s : structures) {
      flat.add(Nest.flatten(onHost(java.util.Objects.requireNonNull(s))));
    }
    List<NDArray> leaves = new ArrayList<>();
    for (int k = 0; k < flat.get(0).size(); k++) {
      List<NDArray> parts = new ArrayList<>();
      for (List<Object> f : flat) {
        parts.add(NDArray.from(f.get(k)));
      }
      leaves.add(stack(parts));
    }
    return Nest.pack(onHost(first), leaves);
  }

  private static NDArray stack(List<NDArray> parts) {
    NDArray first = parts.get(0);
    for (NDArray p : parts) {
      if (!p.shape().equals(first.shape()) || p.dtype() != first.dtype()) {
        throw new IllegalArgumentException(
            "batch: the elements have shapes " + first.shape() + " and "
                + p.shape() + ", dtypes " + first.dtype() + " and " + p.dtype()
                + "; map them to one shape before");
      }
    }
    Shape shape = first.shape().insert(0, parts.size());
    if (first.dtype() == DType.STRING) {
      return NDArray.ofStrings(
          parts.stream().flatMap(p -> Stream.of(p.toStringArray())).toArray(String[]::new), shape);
    }
    NDArray out = NDArray.zeros(first.dtype(), shape);
    ByteBuffer bytes = out.bytes();
    parts.forEach(p -> bytes.put(p.bytes()));
    return out;
  }

  // ---- iterators

  /** An iterator over another, which is closed with it. */
  private abstract static class Over<T, R> implements Iterator<R>, AutoCloseable {
    final Iterator<T> source;

    Over(Iterator<T> source) {
      this.source = source;
    }

    @Override
    public boolean hasNext() {
      return source.hasNext();
    }

    @Override
    public void close() {
      PipelineSteps.close(source);
    }
  }

  /** Elements changed. */
  static final class Mapped<T, R> extends Over<T, R> {
    private final Function<? super T, ? extends R> f;

    Mapped(Iterator<T> source, Function<? super T, ? extends R> f) {
      super(source);
      this.f = f;
    }

    @Override
    public R next() {
      return f.apply(source.next());
    }
  }

  /** Elements that a condition holds for. */
  static final class Filtered<T> extends Over<T, T> {
    private final Predicate<? super T> condition;
    private @Nullable T found;
    private boolean there;

    Filtered(Iterator<T> source, Predicate<? super T> condition) {
      super(source);
      this.condition = condition;
    }

    @Override
    public boolean hasNext() {
      while (!there && source.hasNext()) {
        found = source.next();
        there = condition.test(found);
      }
      return there;
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      there = false;
      return java.util.Objects.requireNonNull(found);
    }
  }

  /** Elements drawn of a buffer. */
  static final class Shuffled<T> extends Over<T, T> {
    private final List<T> buffer = new ArrayList<>();
    private final int room;
    private final SplittableRandom random;

    Shuffled(Iterator<T> source, int room, long seed, long epoch) {
      super(source);
      this.room = room;
      this.random = new SplittableRandom(seed + STEP * epoch);
    }

    @Override
    public boolean hasNext() {
      while (buffer.size() < room && source.hasNext()) {
        buffer.add(source.next());
      }
      return !buffer.isEmpty();
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      int i = random.nextInt(buffer.size());
      T out = buffer.get(i);
      T last = buffer.remove(buffer.size() - 1);
      if (i < buffer.size()) {
        buffer.set(i, last);
      }
      return out;
    }
  }

  /** The first elements. */
  static final class Taken<T> extends Over<T, T> {
    private long left;

    Taken(Iterator<T> source, long count) {
      super(source);
      this.left = count;
    }

    @Override
    public boolean hasNext() {
      return left > 0 && source.hasNext();
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      left--;
      return source.next();
    }
  }

  /** One iterator after another. */
  static final class Repeated<T> implements Iterator<T>, AutoCloseable {
    private final LongFunction<Iterator<T>> opener;
    private final int times;
    private int opened = 1;
    private Iterator<T> now;

    Repeated(LongFunction<Iterator<T>> opener, int times) {
      this.opener = opener;
      this.times = times;
      this.now = opener.apply(0);
    }

    @Override
    public boolean hasNext() {
      while (!now.hasNext() && opened < times) {
        close();
        now = opener.apply(opened++);
      }
      return now.hasNext();
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return now.next();
    }

    @Override
    public void close() {
      PipelineSteps.close(now);
    }
  }

  /** Elements of two iterators together. */
  static final class Zipped<T, U, R> extends Over<T, R> {
    private final Iterator<U> other;
    private final BiFunction<? super T, ? super U, ? extends R> together;

    Zipped(
        Iterator<T> source,
        Iterator<U> other,
        BiFunction<? super T, ? super U, ? extends R> together) {
      super(source);
      this.other = other;
      this.together = together;
    }

    @Override
    public boolean hasNext() {
      return source.hasNext() && other.hasNext();
    }

    @Override
    public R next() {
      return together.apply(source.next(), other.next());
    }

    @Override
    public void close() {
      super.close();
      PipelineSteps.close(other);
    }
  }

  /** Elements that are kept as they pass. */
  static final class Kept<T> extends Over<T, T> {
    private final List<T> passed = new ArrayList<>();
    private final List<T> kept;
    private final Runnable whole;

    Kept(Iterator<T> source, List<T> kept, Runnable whole) {
      super(source);
      this.kept = kept;
      this.whole = whole;
    }

    @Override
    public boolean hasNext() {
      boolean more = source.hasNext();
      if (!more) {
        synchronized (kept) {
          if (kept.isEmpty()) {
            kept.addAll(passed);
            whole.run();
          }
        }
      }
      return more;
    }

    @Override
    public T next() {
      T out = source.next();
      passed.add(out);
      return out;
    }
  }

  /** Elements put into batches. */
  static final class Batched<T> extends Over<T, Batch> {
    private final int size;
    private final boolean dropRemainder;
    private final List<T> waiting = new ArrayList<>();

    Batched(Iterator<T> source, int size, boolean dropRemainder) {
      super(source);
      this.size = size;
      this.dropRemainder = dropRemainder;
    }

    @Override
    public boolean hasNext() {
      while (waiting.size() < size && source.hasNext()) {
        waiting.add(source.next());
      }
      return dropRemainder ? waiting.size() == size : !waiting.isEmpty();
    }

    @Override
    public Batch next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      List<@Nullable Object> x = new ArrayList<>();
      List<@Nullable Object> y = new ArrayList<>();
      List<@Nullable Object> weights = new ArrayList<>();
      for (T t : waiting) {
        Batch b = t instanceof Batch given ? given : Batch.of(java.util.Objects.requireNonNull(t));
        x.add(b.x());
        y.add(b.y());
        weights.add(b.sampleWeight());
      }
      waiting.clear();
      return new Batch(java.util.Objects.requireNonNull(stacked(x)), stacked(y), stacked(weights));
    }
  }

  /** The elements of a stream, which is closed with them. */
  static final class OfStream<T> extends Over<T, T> {
    private final Stream<T> stream;

    OfStream(Stream<T> stream) {
      super(stream.iterator());
      this.stream = stream;
    }

    @Override
    public T next() {
      return source.next();
    }

    @Override
    public void close() {
      stream.close();
    }
  }
}
