package org.keras4j.core;

import java.util.Arrays;
import java.util.List;

/**
 * A sparse array on the host: where its entries stand and what they are; everything else is 0 (the form COO). An ordinary, unchangeable
 * object, which layers, functions of {@code ops}, {@code fit}, {@code evaluate} and {@code predict} take in the place of a dense array
 * of the same shape, and that takes memory for its entries alone.
 *
 * <p>Entries stand in the order of the first axis, whose elements are the samples of a batch. Of several entries at one place the sum
 * counts.
 *
 * <pre>{@code
 * SparseArray words = SparseArray.ofRows(1_000_000, new int[][] {{17, 4}, {999_999}}); // (2, 1000000)
 * }</pre>
 */
public final class SparseArray {
  private final NDArray indices;
  private final NDArray values;
  private final Shape shape;
  // where the entries of each element of the first axis begin, and where the last ones end
  private final int[] starts;

  private SparseArray(NDArray indices, NDArray values, Shape shape, int[] starts) {
    this.indices = indices;
    this.values = values;
    this.shape = shape;
    this.starts = starts;
  }

  /**
   * An array of these entries.
   *
   * @param indices where they stand, integers {@code (entries, rank)}, in any order
   * @param values what they are, {@code (entries)}, of any dtype of numbers; it is the dtype of the array
   * @param shape of the array, at least one axis
   * @return the array
   * @throws IllegalArgumentException if shapes do not fit, or an entry stands outside
   */
  public static SparseArray of(NDArray indices, NDArray values, Shape shape) {
    int rank = shape.rank();
    if (rank == 0 || !shape.isKnown()) {
      throw new IllegalArgumentException(
          "A sparse array expects a known shape of at least one axis, got " + shape);
    }
    if (!indices.dtype().isInteger() || indices.rank() != 2 || indices.shape().last() != rank) {
      throw new IllegalArgumentException("A sparse array of shape " + shape
          + " expects indices (entries, " + rank + ") of integers, got " + indices.spec());
    }
    if (values.rank() != 1 || values.size() != indices.shape().dim(0)) {
      throw new IllegalArgumentException("A sparse array expects one value an entry, got "
          + values.spec() + " for " + indices.shape().dim(0) + " entries");
    }
    if (values.dtype() == DType.STRING) {
      throw new IllegalArgumentException("A sparse array expects numbers, got strings");
    }
    if (shape.dim(0) >= Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "A sparse array expects a first axis below 2^31 - 1, got " + shape);
    }
    int n = values.size();
    boolean sorted = true;
    int[] starts = new int[(int) shape.dim(0) + 1];
    for (int e = 0; e < n; e++) {
      for (int a = 0; a < rank; a++) {
        long i = indices.getLong(e * rank + a);
        if (i < 0 || i >= shape.dim(a)) {
          throw new IllegalArgumentException(
              "A sparse array of shape " + shape + " has an entry at index " + i + " of axis " + a);
        }
      }
      sorted &= e == 0 || indices.getLong((e - 1) * rank) <= indices.getLong(e * rank);
      starts[(int) indices.getLong(e * rank) + 1]++;
    }
    for (int r = 1; r < starts.length; r++) {
      starts[r] += starts[r - 1];
    }
    NDArray wide = indices.astype(DType.INT64);
    if (sorted) {
      return new SparseArray(wide, values, shape, starts);
    }
    int[] next = starts.clone();
    int[] order = new int[n];
    for (int e = 0; e < n; e++) {
      order[next[(int) indices.getLong(e * rank)]++] = e;
    }
    return new SparseArray(wide.rows(order), values.rows(order), shape, starts);
  }

  /**
   * An array of float32 of these entries.
   *
   * @param indices where they stand, one index an axis
   * @param values what they are, one number an entry
   * @param shape of the array
   * @return the array
   * @throws IllegalArgumentException if they do not fit
   */
  public static SparseArray of(long[][] indices, float[] values, long... shape) {
    long[] flat = new long[indices.length * shape.length];
    for (int e = 0; e < indices.length; e++) {
      if (indices[e].length != shape.length) {
        throw new IllegalArgumentException("A sparse array of shape " + Shape.of(shape)
            + " expects as many indices an entry, got " + Arrays.toString(indices[e]));
      }
      System.arraycopy(indices[e], 0, flat, e * shape.length, shape.length);
    }
    return of(
        NDArray.of(flat, indices.length, shape.length),
        NDArray.of(values, values.length),
        Shape.of(shape));
  }

  /**
   * An array {@code (rows, width)} of float32 that is 1 at these columns of each row: a bag of words, or several hot classes.
   *
   * @param width how many columns there are
   * @param columns those of each row
   * @return as many rows as were given
   * @throws IllegalArgumentException if a column is not from 0 to {@code width - 1}
   */
  public static SparseArray ofRows(long width, int[][] columns) {
    float[][] ones = new float[columns.length][];
    for (int r = 0; r < columns.length; r++) {
      ones[r] = new float[columns[r].length];
      Arrays.fill(ones[r], 1);
    }
    return ofRows(width, columns, ones);
  }

  /**
   * An array {@code (rows, width)} of float32 with these numbers at these columns of each row.
   *
   * @param width how many columns there are
   * @param columns those of each row
   * @param values a number for each of the columns
   * @return as many rows as were given
   * @throws IllegalArgumentException if a column is not from 0 to {@code width - 1}, or numbers and columns are not as many
   */
  public static SparseArray ofRows(long width, int[][] columns, float[][] values) {
    if (columns.length != values.length) {
      throw new IllegalArgumentException("A sparse array expects values for each of "
          + columns.length + " rows, got " + values.length);
    }
    int n = Arrays.stream(columns).mapToInt(c -> c.length).sum();
    long[] at = new long[2 * n];
    float[] numbers = new float[n];
    int e = 0;
    for (int r = 0; r < columns.length; r++) {
      if (columns[r].length != values[r].length) {
        throw new IllegalArgumentException("A sparse array expects one value a column, got "
            + values[r].length + " values for " + columns[r].length + " columns of row " + r);
      }
      for (int k = 0; k < columns[r].length; k++, e++) {
        at[2 * e] = r;
        at[2 * e + 1] = columns[r][k];
        numbers[e] = values[r][k];
      }
    }
    return of(NDArray.of(at, n, 2), NDArray.of(numbers, n), Shape.of(columns.length, width));
  }

  /**
   * The elements of an array that are not 0.
   *
   * @param dense at least one axis, of numbers
   * @return an array of the same shape and dtype
   */
  public static SparseArray ofDense(NDArray dense) {
    int[] places = new int[dense.size()];
    int n = 0;
    for (int i = 0; i < places.length; i++) {
      if (dense.getDouble(i) != 0 || dense.dtype().isComplex() && dense.getImaginary(i) != 0) {
        places[n++] = i;
      }
    }
    int[] kept = Arrays.copyOf(places, n);
    int rank = dense.rank();
    long[] at = new long[n * rank];
    for (int e = 0; e < n; e++) {
      long rest = kept[e];
      for (int a = rank - 1; a >= 0; a--) {
        at[e * rank + a] = rest % dense.shape().dim(a);
        rest /= dense.shape().dim(a);
      }
    }
    return of(NDArray.of(at, n, rank), dense.reshape(dense.size()).rows(kept), dense.shape());
  }

  /** The shape of the dense array that it stands for. */
  public Shape shape() {
    return shape;
  }

  public DType dtype() {
    return values.dtype();
  }

  /** Shape and dtype of the dense array that it stands for. */
  public TensorSpec spec() {
    return new TensorSpec(shape, dtype());
  }

  public int rank() {
    return shape.rank();
  }

  /** How many entries there are, those counted that are 0. */
  public int entries() {
    return values.size();
  }

  /** Where the entries stand, int64 {@code (entries, rank)}; not to be changed. */
  public NDArray indices() {
    return indices;
  }

  /** What the entries are, {@code (entries)}; not to be changed. */
  public NDArray values() {
    return values;
  }

  /**
   * The same numbers in another dtype.
   *
   * @param to the dtype
   * @return an array with the same entries
   */
  public SparseArray astype(DType to) {
    return to == dtype() ? this : new SparseArray(indices, values.astype(to), shape, starts);
  }

  /**
   * A part of the first axis.
   *
   * @param from the first
   * @param to the one after the last
   * @return an array of {@code to - from} samples
   */
  public SparseArray slice(int from, int to) {
    int[] rows = new int[to - from];
    Arrays.setAll(rows, i -> from + i);
    return rows(rows);
  }

  /**
   * Some of the first axis, in any order.
   *
   * @param samples which ones; they may repeat
   * @return an array of as many samples
   */
  public SparseArray rows(int[] samples) {
    int[] ends = new int[samples.length + 1];
    for (int i = 0; i < samples.length; i++) {
      ends[i + 1] = ends[i] + starts[samples[i] + 1] - starts[samples[i]];
    }
    int[] entries = new int[ends[samples.length]];
    for (int i = 0; i < samples.length; i++) {
      for (int e = ends[i]; e < ends[i + 1]; e++) {
        entries[e] = starts[samples[i]] + e - ends[i];
      }
    }
    NDArray at = indices.rows(entries);
    int rank = shape.rank();
    for (int i = 0; i < samples.length; i++) {
      for (int e = ends[i]; e < ends[i + 1]; e++) {
        at.setLong(e * rank, i);
      }
    }
    return new SparseArray(at, values.rows(entries), shape.with(0, samples.length), ends);
  }

  /**
   * The same with entries of 0 at the end, at the first place of all, which change no number: for executables that take a number of
   * entries.
   *
   * @param entries how many there shall be, at least those that there are
   * @return an array of the same numbers
   */
  public SparseArray padded(int entries) {
    int n = entries();
    if (entries <= n) {
      return this;
    }
    NDArray at = NDArray.zeros(DType.INT64, Shape.of(entries, rank()));
    at.bytes().put(indices.bytes());
    NDArray numbers = NDArray.zeros(dtype(), Shape.of(entries));
    numbers.bytes().put(values.bytes());
    return new SparseArray(at, numbers, shape, starts);
  }

  /**
   * Arrays one after another along the first axis.
   *
   * @param parts at least one; shapes equal but for the first axis, one dtype
   * @return all samples
   */
  public static SparseArray concat(List<SparseArray> parts) {
    SparseArray first = parts.get(0);
    int n = parts.stream().mapToInt(SparseArray::entries).sum();
    long samples = parts.stream().mapToLong(p -> p.shape.dim(0)).sum();
    NDArray at = NDArray.zeros(DType.INT64, Shape.of(n, first.rank()));
    NDArray numbers = NDArray.zeros(first.dtype(), Shape.of(n));
    var bytesAt = at.bytes();
    var bytesOf = numbers.bytes();
    parts.forEach(p -> {
      bytesAt.put(p.indices.bytes());
      bytesOf.put(p.values.bytes());
    });
    int e = 0;
    long before = 0;
    for (SparseArray p : parts) {
      for (int k = 0; k < p.entries(); k++, e++) {
        at.setLong(e * first.rank(), at.getLong(e * first.rank()) + before);
      }
      before += p.shape.dim(0);
    }
    return of(at, numbers, first.shape.with(0, samples));
  }

  /**
   * The array with its zeros.
   *
   * @throws MemoryLimitException if it is larger than an array on the host can be
   */
  public NDArray toDense() {
    NDArray out = NDArray.zeros(dtype(), shape);
    int rank = rank();
    for (int e = 0; e < entries(); e++) {
      int at = 0;
      for (int a = 0; a < rank; a++) {
        at = Math.toIntExact(at * shape.dim(a) + indices.getLong(e * rank + a));
      }
      if (dtype().isComplex()) {
        out.setComplex(
            at,
            out.getDouble(at) + values.getDouble(e),
            out.getImaginary(at) + values.getImaginary(e));
      } else if (dtype().isFloat()) {
        out.setDouble(at, out.getDouble(at) + values.getDouble(e));
      } else if (dtype().isBool()) {
        out.setLong(at, out.getBoolean(at) || values.getBoolean(e) ? 1 : 0);
      } else {
        out.setLong(at, out.getLong(at) + values.getLong(e));
      }
    }
    return out;
  }

  /** Shape, dtype and the number of entries. */
  @Override
  public String toString() {
    return "SparseArray(" + spec() + ", " + entries() + " entries)";
  }
}
