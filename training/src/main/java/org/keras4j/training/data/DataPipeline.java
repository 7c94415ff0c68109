package org.keras4j.training.data;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.layers.Layer;

/**
 * Elements that are made, changed, mixed and put into batches one after the other, as {@code fit} takes them: what {@code tf.data} is to
 * Keras, without TensorFlow. Each method gives a new pipeline; nothing runs before an epoch begins, and each epoch runs all anew. The same
 * seeds give the same epochs, however many workers there are.
 *
 * <pre>{@code
 * DataPipeline<Batch> train = DataPipeline.slices(images, labels)
 *     .shuffle(1000, 7)
 *     .map(4, new RandomFlip())          // inputs, by four threads
 *     .batch(32);
 * model.fit(train, Fit.epochs(5));
 * }</pre>
 *
 * @param <T> what the elements are; for {@code fit} a {@link Batch}, or inputs alone
 */
public final class DataPipeline<T> implements DataSource {
  /** What an epoch begins with. */
  private interface Opening<T> {
    Iterator<T> open(long epoch);
  }

  private final Opening<T> opening;
  private final long size;
  private long epoch;

  private DataPipeline(Opening<T> opening, long size) {
    this.opening = opening;
    this.size = size;
  }

  // ---- where elements come from

  /**
   * The elements of an iterable, a list for instance.
   *
   * @param items run through once an epoch
   * @return a pipeline
   */
  public static <T> DataPipeline<T> of(Iterable<T> items) {
    long size = items instanceof java.util.Collection<?> c ? c.size() : -1;
    return new DataPipeline<>(e -> items.iterator(), size);
  }

  /**
   * The elements of a stream: lines of a file, rows of a query.
   *
   * @param opener opens the stream once an epoch; it is closed after it
   * @return a pipeline
   */
  public static <T> DataPipeline<T> of(Supplier<? extends Stream<T>> opener) {
    return new DataPipeline<>(e -> new PipelineSteps.OfStream<>(opener.get()), -1);
  }

  /**
   * The batches of a source, a folder of images for instance, one by one.
   *
   * @param source its next epoch is run through once an epoch
   * @return a pipeline
   */
  public static DataPipeline<Batch> of(DataSource source) {
    return new DataPipeline<>(e -> source.iterator(), source.batches());
  }

  /**
   * The batches of a dataset, in order, made by several threads ({@code workers} of {@code keras.utils.PyDataset}).
   *
   * @param dataset asked for its batches by any of the threads
   * @param workers how many threads, 1 or more
   * @return a pipeline
   */
  public static DataPipeline<Batch> of(Dataset dataset, int workers) {
    return new DataPipeline<>(
            e -> IntStream.range(0, dataset.size()).boxed().iterator(), dataset.size())
        .map(workers, dataset::get);
  }

  /**
   * The samples of arrays, one by one.
   *
   * @param x arrays of Java, {@code NDArray}s, or lists and maps of such, with samples along the first axis
   * @param y targets likewise; null for none
   * @return batches of a single sample each, whose arrays have no batch axis
   * @throws IllegalArgumentException if the numbers of samples differ
   */
  public static DataPipeline<Batch> slices(Object x, @Nullable Object y) {
    Object xs = HostData.of(x);
    Object ys = HostData.of(y);
    int n = -1;
    for (Object leaf : Nest.flatten(y == null ? List.of(xs) : List.of(xs, ys))) {
      if (!(leaf instanceof NDArray a) || a.rank() == 0) {
        throw new IllegalArgumentException("slices expects arrays of samples, got "
            + (leaf instanceof NDArray ? "a single number" : leaf));
      }
      int samples = Math.toIntExact(a.shape().dim(0));
      if (n >= 0 && n != samples) {
        throw new IllegalArgumentException(
            "slices expects arrays of as many samples, got " + n + " and " + samples);
      }
      n = samples;
    }
    int count = n;
    return new DataPipeline<>(
        e -> IntStream.range(0, count)
            .mapToObj(i -> Batch.of(
                Objects.requireNonNull(PipelineSteps.sample(xs, i)), PipelineSteps.sample(ys, i)))
            .iterator(),
        count);
  }

  // ---- what becomes of them

  private <R> DataPipeline<R> then(Function<Iterator<T>, Iterator<R>> step, long newSize) {
    return new DataPipeline<>(e -> step.apply(opening.open(e)), newSize);
  }

  /** Each element changed, one after the other, in the thread that asks for it. */
  public <R> DataPipeline<R> map(Function<? super T, ? extends R> f) {
    return then(it -> new PipelineSteps.Mapped<T, R>(it, f), size);
  }

  /**
   * Each element changed by one of several threads, in order. Random numbers that are drawn without a seed follow from {@link #map(int,
   * long, Function) a seed} of 0, the epoch and the element alone.
   *
   * @param workers how many threads, 1 or more
   * @param f called by any of them
   * @return a pipeline
   */
  public <R> DataPipeline<R> map(int workers, Function<? super T, ? extends R> f) {
    return map(workers, 0, f);
  }

  /**
   * Likewise, with random numbers of a seed.
   *
   * @param workers how many threads, 1 or more
   * @param seed random numbers that {@code f} draws without a seed of its own follow from it, the epoch and the number of the element
   * @param f called by any of them
   * @return a pipeline
   */
  public <R> DataPipeline<R> map(int workers, long seed, Function<? super T, ? extends R> f) {
    return new DataPipeline<>(
        e -> new ParallelMap<T, R>(
            opening.open(e), workers, (i, x) -> PipelineSteps.seeded(seed, e, i, () -> f.apply(x))),
        size);
  }

  /**
   * The inputs of each element put through a layer by several threads, in training mode: augmentation, resizing, looking up of words. What
   * the layer draws follows from its own seed, the epoch and the number of the element, whichever thread runs it. Targets stay.
   *
   * @param workers how many threads, 1 or more
   * @param layer one that is built or needs no weights; the state of its seed generators does not change
   * @return a pipeline
   */
  public DataPipeline<Batch> map(int workers, Layer layer) {
    return new DataPipeline<>(
        e -> new ParallelMap<T, Batch>(
            opening.open(e), workers, (i, x) -> PipelineSteps.layer(layer, e, i, x)),
        size);
  }

  /** The elements that a condition holds for. */
  public DataPipeline<T> filter(Predicate<? super T> condition) {
    return then(it -> new PipelineSteps.Filtered<>(it, condition), -1);
  }

  /**
   * Another order each epoch: of a buffer of elements one is drawn, and its place filled with the next.
   *
   * @param bufferSize how many elements wait in memory; as many as there are for an even shuffle
   * @param seed the same seed gives the same orders
   * @return a pipeline
   */
  public DataPipeline<T> shuffle(int bufferSize, long seed) {
    PipelineSteps.require("shuffle: bufferSize", bufferSize, 1);
    return new DataPipeline<>(
        e -> new PipelineSteps.Shuffled<>(opening.open(e), bufferSize, seed, e), size);
  }

  /**
   * The elements several times an epoch, shuffled anew each time.
   *
   * @param times 1 or more
   * @return a pipeline
   */
  public DataPipeline<T> repeat(int times) {
    PipelineSteps.require("repeat: times", times, 1);
    return new DataPipeline<>(
        e -> new PipelineSteps.Repeated<>(i -> opening.open(e * times + i), times),
        size < 0 ? -1 : size * times);
  }

  /** The first elements. */
  public DataPipeline<T> take(long count) {
    PipelineSteps.require("take: count", count, 0);
    return then(it -> new PipelineSteps.Taken<>(it, count), size < 0 ? -1 : Math.min(size, count));
  }

  /** All but the first elements. */
  public DataPipeline<T> skip(long count) {
    PipelineSteps.require("skip: count", count, 0);
    return then(
        it -> {
          for (long i = 0; i < count && it.hasNext(); i++) {
            it.next();
          }
          return it;
        },
        size < 0 ? -1 : Math.max(0, size - count));
  }

  /**
   * The elements with those of another pipeline, as many as both have.
   *
   * @param together makes one of two
   * @return a pipeline
   */
  public <U, R> DataPipeline<R> zip(
      DataPipeline<U> other, BiFunction<? super T, ? super U, ? extends R> together) {
    return new DataPipeline<>(
        e -> new PipelineSteps.Zipped<T, U, R>(opening.open(e), other.opening.open(e), together),
        size < 0 || other.size < 0 ? -1 : Math.min(size, other.size));
  }

  /** What stands before is run in the first epoch alone, and kept in memory; random numbers and orders of it stay the same. */
  public DataPipeline<T> cache() {
    List<T> kept = new ArrayList<>();
    boolean[] whole = {false};
    return new DataPipeline<>(
        e -> {
          synchronized (kept) {
            return whole[0]
                ? List.copyOf(kept).iterator()
                : new PipelineSteps.Kept<>(opening.open(e), kept, () -> whole[0] = true);
          }
        },
        size);
  }

  /**
   * Elements are made by another thread before they are asked for. {@code fit} does so with the whole of a pipeline; this is for a slow
   * step in the middle.
   *
   * @param count how many wait at most, 1 or more
   * @return a pipeline
   */
  public DataPipeline<T> prefetch(int count) {
    return then(it -> new ParallelMap.Ahead<>(it, count), size);
  }

  /** {@link #batch(int, boolean)} with a last batch that may be smaller. */
  public DataPipeline<Batch> batch(int batchSize) {
    return batch(batchSize, false);
  }

  /**
   * Elements put together along a new first axis.
   *
   * @param batchSize how many, 1 or more
   * @param dropRemainder whether a last batch of less is left out
   * @return batches of {@link Batch}es' inputs, targets and weights; of other elements, of inputs alone
   */
  public DataPipeline<Batch> batch(int batchSize, boolean dropRemainder) {
    PipelineSteps.require("batch: batchSize", batchSize, 1);
    long batches =
        size < 0 ? -1 : dropRemainder ? size / batchSize : (size + batchSize - 1) / batchSize;
    return then(it -> new PipelineSteps.Batched<>(it, batchSize, dropRemainder), batches);
  }

  // ---- as a source

  /**
   * The elements of the next epoch as a stream, to be closed.
   *
   * @return in order, for one thread
   */
  public Stream<T> stream() {
    Iterator<T> it = opening.open(epoch++);
    Iterable<T> once = () -> it;
    return java.util.stream.StreamSupport.stream(once.spliterator(), false)
        .onClose(() -> PipelineSteps.close(it));
  }

  @Override
  public boolean isGroupable() {
    return true;
  }

  @Override
  public Iterator<Batch> iterator() {
    return new PipelineSteps.Mapped<T, Batch>(
        opening.open(epoch++), x -> x instanceof Batch b ? b : Batch.of(x));
  }

  /** How many elements an epoch has; -1 if that is not known. */
  @Override
  public long batches() {
    return size;
  }

  @Override
  public Map<String, Object> state() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("epoch", epoch);
    return out;
  }

  @Override
  public void restore(Map<String, Object> state) {
    epoch = ((Number) Objects.requireNonNull(state.get("epoch"))).longValue();
  }
}
