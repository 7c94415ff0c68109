package org.keras4j.training.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.SparseArray;
import org.keras4j.core.SparseTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.internal.SavedState;
import org.keras4j.core.spi.TransferMemory;
import org.keras4j.ops.random.SeedGenerator;

/** Batches of arrays, shuffled anew each epoch if asked for; the last one may be smaller. */
public final class ArraySource implements DataSource {
  private static final List<String> ROLES = List.of("x", "y", "sampleWeight");
  private static final int SHOWN = 4;

  private final List<@Nullable Object> structure = new ArrayList<>();
  private final List<NDArray> arrays = new ArrayList<>();
  private final List<SparseArray> sparse = new ArrayList<>();
  private final int samples;
  private final int batchSize;
  private final boolean shuffle;
  private long seed;
  private long epoch;

  private record Slot(int index) {}

  private record SparseSlot(int index) {}

  /**
   * Arrays with one first axis, nested as the model wants them.
   *
   * @param batchSize samples a batch; at least 1
   * @throws IllegalArgumentException if there are no samples, or their numbers differ
   */
  public ArraySource(
      Object x, @Nullable Object y, @Nullable Object sampleWeight, int batchSize, boolean shuffle) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize must be at least 1, got " + batchSize);
    }
    this.batchSize = batchSize;
    this.shuffle = shuffle;
    // without shuffling no seed is drawn, so that all others stay as they are
    this.seed = shuffle ? SeedGenerator.defaultSeed() : 0;
    structure.add(Nest.map(HostData.of(x), this::slot));
    structure.add(Nest.map(HostData.of(y), this::slot));
    structure.add(Nest.map(HostData.of(sampleWeight), this::slot));
    if (arrays.isEmpty() && sparse.isEmpty()) {
      throw new IllegalArgumentException(
          "Data without samples: expected arrays, got an empty " + x.getClass().getSimpleName());
    }
    long n = -1;
    List<Shape> all = new ArrayList<>();
    arrays.forEach(a -> all.add(a.shape()));
    sparse.forEach(a -> all.add(a.shape()));
    for (Shape s : all) {
      if (s.rank() == 0) {
        throw new IllegalArgumentException("Data needs a first axis of samples, got a scalar");
      }
      if (n >= 0 && s.dim(0) != n) {
        throw new IllegalArgumentException(
            "Data must have as many samples everywhere, got shapes " + shapes());
      }
      n = s.dim(0);
    }
    if (n == 0) {
      throw new IllegalArgumentException("Data without samples, got shapes " + shapes());
    }
    this.samples = Math.toIntExact(n);
  }

  /** Shuffles by this seed, for the same order in each run. */
  public ArraySource seed(long newSeed) {
    this.seed = newSeed;
    this.epoch = 0;
    return this;
  }

  private @Nullable Object slot(@Nullable Object x) {
    if (x == null) {
      return null;
    }
    if (x instanceof SparseArray a) {
      sparse.add(a);
      return new SparseSlot(sparse.size() - 1);
    }
    if (x instanceof SparseTensor s) {
      return slot(s.toSparseArray());
    }
    arrays.add(x instanceof Tensor t ? (NDArray) HostData.of(t.toNDArray()) : (NDArray) x);
    return new Slot(arrays.size() - 1);
  }

  // by what the arrays are for, and of many the first ones
  private String shapes() {
    List<String> out = new ArrayList<>();
    for (int i = 0; i < structure.size(); i++) {
      List<Shape> of = new ArrayList<>();
      Nest.map(structure.get(i), x -> {
        if (x instanceof Slot s) {
          of.add(arrays.get(s.index).shape());
        } else if (x instanceof SparseSlot s) {
          of.add(sparse.get(s.index).shape());
        }
        return x;
      });
      if (!of.isEmpty()) {
        out.add(ROLES.get(i) + " "
            + of.stream().limit(SHOWN).map(Shape::toString).collect(Collectors.joining(", "))
            + (of.size() > SHOWN
                ? ", ... (" + of.size() + " arrays; a list holds one array an input or output)"
                : ""));
      }
    }
    return String.join("; ", out);
  }

  /** The number of samples. */
  public int samples() {
    return samples;
  }

  /** Samples a batch. */
  public int batchSize() {
    return Math.min(batchSize, samples);
  }

  /** Whether sparse arrays are among them: then each step is an executable's only one. */
  public boolean isSparse() {
    return !sparse.isEmpty();
  }

  /** The targets of all samples, nested as given; null if there are none. */
  public @Nullable Object targets() {
    return fill(structure.get(1), arrays, sparse);
  }

  /** The bytes of a batch. */
  public long batchBytes() {
    long bytes = 0;
    for (NDArray a : arrays) {
      bytes += a.spec().bytes();
    }
    for (SparseArray a : sparse) {
      bytes += a.indices().spec().bytes() + a.values().spec().bytes();
    }
    return bytes / samples * Math.min(batchSize, samples);
  }

  /** The characters in the strings of a batch, roughly. */
  public long batchCharacters() {
    long sum = 0;
    for (NDArray a : arrays) {
      if (a.dtype() == DType.STRING && a.size() > 0) {
        int looked = Math.min(a.size(), 64);
        long some = 0;
        for (int i = 0; i < looked; i++) {
          String s = a.getString(i);
          some += s == null ? 0 : s.length();
        }
        sum += some * a.size() / looked;
      }
    }
    return sum / samples * Math.min(batchSize, samples);
  }

  @Override
  public long batches() {
    return (samples + batchSize - 1L) / batchSize;
  }

  /** The part from sample {@code from} to {@code to}, batched likewise. */
  public ArraySource part(int from, int to, boolean shuffled) {
    List<NDArray> parts = new ArrayList<>();
    List<SparseArray> sparseParts = new ArrayList<>();
    arrays.forEach(a -> parts.add(a.slice(from, to)));
    sparse.forEach(a -> sparseParts.add(a.slice(from, to)));
    return new ArraySource(
        Objects.requireNonNull(fill(structure.get(0), parts, sparseParts)),
        fill(structure.get(1), parts, sparseParts),
        fill(structure.get(2), parts, sparseParts),
        batchSize,
        shuffled);
  }

  private static @Nullable Object fill(
      @Nullable Object structure, List<NDArray> values, List<SparseArray> sparse) {
    return Nest.map(
        structure,
        x -> x instanceof Slot s
            ? values.get(s.index)
            : x instanceof SparseSlot p ? sparse.get(p.index) : x);
  }

  @Override
  public Batches iterator() {
    return iterator(0);
  }

  @Override
  public Batches iterator(long first) {
    Batches all = new Batches(shuffle ? EpochOrder.of(samples, seed, epoch++) : null);
    all.at = (int) Math.min(samples, first * batchSize);
    return all;
  }

  @Override
  public Map<String, Object> state() {
    return Map.of("samples", samples, "seed", seed, "epoch", epoch);
  }

  @Override
  public void restore(Map<String, Object> state) {
    seed = SavedState.number(state, "seed").longValue();
    epoch = SavedState.number(state, "epoch").longValue();
  }

  /** The batches of an epoch, of which several may be taken at once. */
  public final class Batches implements Iterator<Batch>, AutoCloseable {
    private final int @Nullable [] order;
    private @Nullable BatchMemory memory;
    private int at;

    private Batches(int @Nullable [] order) {
      this.order = order;
    }

    /**
     * From now on batches may lie in memory that the next ones overwrite: each has to be on the device before
     * the next is taken.
     *
     * @param source gives memory of so many bytes that the device reads by itself, or null
     * @return these batches
     */
    public Batches reusing(LongFunction<@Nullable TransferMemory> source) {
      if (memory == null) {
        memory = new BatchMemory(arrays, source);
      }
      return this;
    }

    /** Gives the memory back that batches were overwritten in. */
    @Override
    public void close() {
      if (memory != null) {
        memory.close();
      }
    }

    /** Whether sparse arrays are among them. */
    public boolean isSparse() {
      return !sparse.isEmpty();
    }

    /** How many batches of the full size are left. */
    public int whole() {
      return (samples - at) / batchSize;
    }

    @Override
    public boolean hasNext() {
      return at < samples;
    }

    @Override
    public Batch next() {
      return rows(batchSize);
    }

    /** The samples of so many whole batches, the first one's first. */
    public Batch next(int batches) {
      if (batches > whole()) {
        throw new NoSuchElementException(batches + " batches wanted, " + whole() + " are left");
      }
      return rows(batches * batchSize);
    }

    // rows in their order are copied only to where the device reads them by itself
    private @Nullable List<NDArray> room(int rows) {
      if (memory == null) {
        return null;
      }
      return order == null ? memory.transferred(rows) : memory.any(rows);
    }

    private Batch rows(int most) {
      if (at >= samples) {
        throw new NoSuchElementException();
      }
      int end = Math.min(samples, at + most);
      List<NDArray> parts = new ArrayList<>(arrays.size());
      List<NDArray> room = room(end - at);
      List<SparseArray> ofSparse = new ArrayList<>(sparse.size());
      for (SparseArray a : sparse) {
        ofSparse.add(order == null ? a.slice(at, end) : a.rows(Arrays.copyOfRange(order, at, end)));
      }
      if (order == null && room == null) {
        for (NDArray a : arrays) {
          parts.add(a.slice(at, end));
        }
      } else {
        int[] rows =
            order == null ? IntStream.range(at, end).toArray() : Arrays.copyOfRange(order, at, end);
        for (int i = 0; i < arrays.size(); i++) {
          NDArray a = arrays.get(i);
          parts.add(
              room != null && a.dtype() != DType.STRING ? a.rows(rows, room.get(i)) : a.rows(rows));
        }
      }
      at = end;
      return new Batch(
          Objects.requireNonNull(fill(structure.get(0), parts, ofSparse)),
          fill(structure.get(1), parts, ofSparse),
          fill(structure.get(2), parts, ofSparse));
    }
  }
}
