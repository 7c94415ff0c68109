package org.keras4j.core;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.memory.Allowance;

/**
 * A dense array on the host: shape, dtype and the elements in C order, little-endian. An ordinary
 * object that the garbage collector frees. Indices are flat.
 *
 * <p>An array is not copied when handed on, so who shares one agrees not to change it.
 */
public final class NDArray {
  // from so many bytes on one thread copies more slowly than several
  private static final int WORTH_THREADS = 4 << 20;

  // smaller arrays are not held against what a file gives reason for
  private static final int COUNTED = 1 << 20;

  private final Shape shape;
  private final DType dtype;
  private final ByteBuffer data;
  private final String @Nullable [] strings;
  private final int size;

  private NDArray(Shape shape, DType dtype, ByteBuffer data, String @Nullable [] strings) {
    this.shape = shape;
    this.dtype = dtype;
    this.size = Math.toIntExact(shape.size()); // a buffer is no larger
    this.data = data;
    this.strings = strings;
  }

  /** An array of zeros (empty strings). Numbers lie in a direct buffer from 1 KiB on. */
  public static NDArray zeros(DType dtype, Shape shape) {
    long n = shape.size();
    if (n < 0) {
      throw new IllegalArgumentException("An array needs a known shape, got " + shape);
    }
    TensorSpec spec = new TensorSpec(shape, dtype);
    if (n > Integer.MAX_VALUE || spec.bytes() > Integer.MAX_VALUE) {
      throw new MemoryLimitException(
          "An array on the host holds at most 2 GiB, and as many elements; got " + spec);
    }
    if (spec.bytes() > COUNTED && !Allowance.takeBytes(spec.bytes())) {
      throw new MemoryLimitException(
          "An array " + spec + " is larger than the file that is read gives reason for");
    }
    if (dtype == DType.STRING) {
      String[] s = new String[(int) n];
      Arrays.fill(s, "");
      return ofStrings(s, shape);
    }
    return new NDArray(
        shape, dtype, allocate(spec, (int) spec.bytes()).order(ByteOrder.LITTLE_ENDIAN), null);
  }

  private static ByteBuffer allocate(TensorSpec spec, int bytes) {
    if (bytes < 1024) {
      return ByteBuffer.allocate(bytes);
    }
    try {
      return ByteBuffer.allocateDirect(bytes);
    } catch (OutOfMemoryError e) { // refused by a count of the JVM's own, nothing has run out
      throw new MemoryLimitException("An array on the host " + spec + " takes "
          + MemoryLimitException.text(java.math.BigInteger.valueOf(bytes))
          + ", more than is left of the JVM's direct memory (-XX:MaxDirectMemorySize, else -Xmx)");
    }
  }

  /**
   * An array over a buffer, whose bytes from position to limit are the elements; not copied.
   *
   * @throws IllegalArgumentException if the number of bytes does not fit
   */
  public static NDArray ofBytes(ByteBuffer bytes, DType dtype, Shape shape) {
    ByteBuffer b = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    long need = new TensorSpec(shape, dtype).bytes();
    if (b.remaining() != need) {
      throw new IllegalArgumentException(
          dtype + shape.toString() + " needs " + need + " bytes, got " + b.remaining());
    }
    return new NDArray(shape, dtype, b, null);
  }

  public static NDArray ofStrings(String[] values, Shape shape) {
    check(values.length, shape);
    return new NDArray(shape, DType.STRING, ByteBuffer.allocate(0), values);
  }

  private static void check(int n, Shape shape) {
    if (shape.size() != n) {
      throw new IllegalArgumentException("Shape " + shape + " does not hold " + n + " elements");
    }
  }

  public static NDArray of(float[] values, long... dims) {
    NDArray a = zeros(DType.FLOAT32, dims.length == 0 ? Shape.of(values.length) : Shape.of(dims));
    check(values.length, a.shape);
    a.data.asFloatBuffer().put(values);
    return a;
  }

  public static NDArray of(double[] values, long... dims) {
    NDArray a = zeros(DType.FLOAT64, dims.length == 0 ? Shape.of(values.length) : Shape.of(dims));
    check(values.length, a.shape);
    a.data.asDoubleBuffer().put(values);
    return a;
  }

  public static NDArray of(int[] values, long... dims) {
    NDArray a = zeros(DType.INT32, dims.length == 0 ? Shape.of(values.length) : Shape.of(dims));
    check(values.length, a.shape);
    a.data.asIntBuffer().put(values);
    return a;
  }

  public static NDArray of(long[] values, long... dims) {
    NDArray a = zeros(DType.INT64, dims.length == 0 ? Shape.of(values.length) : Shape.of(dims));
    check(values.length, a.shape);
    a.data.asLongBuffer().put(values);
    return a;
  }

  public static NDArray of(boolean[] values, long... dims) {
    NDArray a = zeros(DType.BOOL, dims.length == 0 ? Shape.of(values.length) : Shape.of(dims));
    check(values.length, a.shape);
    for (int i = 0; i < values.length; i++) {
      a.data.put(i, (byte) (values[i] ? 1 : 0));
    }
    return a;
  }

  /** A scalar of a dtype; booleans are given as 0 and 1. */
  public static NDArray scalar(DType dtype, double value) {
    NDArray a = zeros(dtype, Shape.SCALAR);
    a.setDouble(0, value);
    return a;
  }

  /** A scalar of an integer (or any) dtype, without passing through a double. */
  public static NDArray scalar(DType dtype, long value) {
    NDArray a = zeros(dtype, Shape.SCALAR);
    a.setLong(0, value);
    return a;
  }

  /**
   * An array of a Java value: a number, boolean or string, a (nested) array of them, or a (nested)
   * list. {@code Double} lists become float32 as Python's floats do; {@code double[]} stays
   * float64, {@code long[]} int64.
   *
   * @throws IllegalArgumentException if it is ragged or holds something else
   */
  public static NDArray from(Object value) {
    return value instanceof NDArray a ? a : NestedValues.toArray(value);
  }

  public Shape shape() {
    return shape;
  }

  public DType dtype() {
    return dtype;
  }

  public TensorSpec spec() {
    return new TensorSpec(shape, dtype);
  }

  public int rank() {
    return shape.rank();
  }

  /** The number of elements. */
  public int size() {
    return size;
  }

  /** The elements' bytes, position 0 to limit, little-endian; shared, not copied. */
  public ByteBuffer bytes() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** An element as double; of a complex one the real part. */
  public double getDouble(int i) {
    return switch (dtype) {
      case FLOAT32 -> data.getFloat(4 * i);
      case FLOAT64 -> data.getDouble(8 * i);
      case FLOAT16 -> Floats.fromHalf(data.getShort(2 * i));
      case BFLOAT16 -> Floats.fromBfloat16(data.getShort(2 * i));
      case FLOAT8_E4M3FN -> Floats.fromE4m3fn(data.get(i));
      case FLOAT8_E5M2 -> Floats.fromE5m2(data.get(i));
      case COMPLEX64 -> data.getFloat(8 * i);
      case COMPLEX128 -> data.getDouble(16 * i);
      case UINT64 -> {
        long v = data.getLong(8 * i);
        yield v >= 0 ? v : (double) (v >>> 1 | v & 1) * 2.0;
      }
      default -> getLong(i);
    };
  }

  /** The imaginary part of an element; 0 for real dtypes. */
  public double getImaginary(int i) {
    return switch (dtype) {
      case COMPLEX64 -> data.getFloat(8 * i + 4);
      case COMPLEX128 -> data.getDouble(16 * i + 8);
      default -> 0;
    };
  }

  public float getFloat(int i) {
    return dtype == DType.FLOAT32 ? data.getFloat(4 * i) : (float) getDouble(i);
  }

  /** An element as a long; uint64 keeps its bits, floats are truncated. */
  public long getLong(int i) {
    return switch (dtype) {
      case BOOL -> data.get(i) != 0 ? 1 : 0;
      case INT8, INT4 -> data.get(i);
      case UINT8, UINT4 -> data.get(i) & 0xff;
      case INT16 -> data.getShort(2 * i);
      case UINT16 -> data.getShort(2 * i) & 0xffff;
      case INT32 -> data.getInt(4 * i);
      case UINT32 -> data.getInt(4 * i) & 0xffffffffL;
      case INT64, UINT64 -> data.getLong(8 * i);
      case STRING -> throw new IllegalStateException("An array of strings holds no numbers");
      default -> (long) getDouble(i);
    };
  }

  public int getInt(int i) {
    return (int) getLong(i);
  }

  public boolean getBoolean(int i) {
    return dtype.isFloat() ? getDouble(i) != 0 : getLong(i) != 0;
  }

  public String getString(int i) {
    if (strings == null) {
      throw new IllegalStateException("Expected an array of strings, got " + dtype);
    }
    return strings[i];
  }

  /** The only element of an array of one element. */
  public double item() {
    if (size != 1) {
      throw new IllegalStateException("Expected an array of one element, got shape " + shape);
    }
    return getDouble(0);
  }

  public void setDouble(int i, double v) {
    switch (dtype) {
      case FLOAT32 -> data.putFloat(4 * i, (float) v);
      case FLOAT64 -> data.putDouble(8 * i, v);
      case FLOAT16 -> data.putShort(2 * i, Floats.toHalf((float) v));
      case BFLOAT16 -> data.putShort(2 * i, Floats.toBfloat16((float) v));
      case FLOAT8_E4M3FN -> data.put(i, Floats.toE4m3fn((float) v));
      case FLOAT8_E5M2 -> data.put(i, Floats.toE5m2((float) v));
      case COMPLEX64, COMPLEX128 -> setComplex(i, v, 0);
      case BOOL -> data.put(i, (byte) (v != 0 ? 1 : 0));
      case UINT64 -> setLong(i, v >= 0x1p63 ? (long) (v - 0x1p63) ^ Long.MIN_VALUE : (long) v);
      default -> setLong(i, (long) v);
    }
  }

  public void setLong(int i, long v) {
    switch (dtype) {
      case BOOL -> data.put(i, (byte) (v != 0 ? 1 : 0));
      case INT8, UINT8 -> data.put(i, (byte) v);
      case INT4 -> data.put(i, (byte) ((byte) (v << 4) >> 4));
      case UINT4 -> data.put(i, (byte) (v & 0xf));
      case INT16, UINT16 -> data.putShort(2 * i, (short) v);
      case INT32, UINT32 -> data.putInt(4 * i, (int) v);
      case INT64, UINT64 -> data.putLong(8 * i, v);
      case STRING -> throw new IllegalStateException("An array of strings holds no numbers");
      default -> setDouble(i, v);
    }
  }

  public void setComplex(int i, double re, double im) {
    if (dtype == DType.COMPLEX64) {
      data.putFloat(8 * i, (float) re).putFloat(8 * i + 4, (float) im);
    } else if (dtype == DType.COMPLEX128) {
      data.putDouble(16 * i, re).putDouble(16 * i + 8, im);
    } else {
      setDouble(i, re);
    }
  }

  // an element of a Java object
  void set(int i, @Nullable Object v) {
    if (v instanceof Boolean b) {
      setLong(i, b ? 1 : 0);
    } else if (v instanceof Double || v instanceof Float) {
      setDouble(i, ((Number) v).doubleValue());
    } else if (v instanceof Number n) {
      setLong(i, n.longValue());
    } else if (v instanceof Character c) {
      setLong(i, c);
    } else if (strings != null) {
      strings[i] = (String) v;
    }
  }

  public float[] toFloatArray() {
    float[] out = new float[size];
    if (dtype == DType.FLOAT32) {
      data.asFloatBuffer().get(out);
    } else {
      for (int i = 0; i < size; i++) {
        out[i] = getFloat(i);
      }
    }
    return out;
  }

  public double[] toDoubleArray() {
    double[] out = new double[size];
    for (int i = 0; i < size; i++) {
      out[i] = getDouble(i);
    }
    return out;
  }

  public int[] toIntArray() {
    int[] out = new int[size];
    for (int i = 0; i < size; i++) {
      out[i] = getInt(i);
    }
    return out;
  }

  public long[] toLongArray() {
    long[] out = new long[size];
    for (int i = 0; i < size; i++) {
      out[i] = getLong(i);
    }
    return out;
  }

  public boolean[] toBooleanArray() {
    boolean[] out = new boolean[size];
    for (int i = 0; i < size; i++) {
      out[i] = getBoolean(i);
    }
    return out;
  }

  public String[] toStringArray() {
    String[] out = new String[size];
    for (int i = 0; i < size; i++) {
      out[i] = getString(i);
    }
    return out;
  }

  /** The same elements under another shape of the same size; shared, not copied. */
  public NDArray reshape(long... dims) {
    Shape s = Shape.of(dims);
    if (s.size() != size) {
      throw new IllegalArgumentException("Cannot view shape " + shape + " as " + s);
    }
    return new NDArray(s, dtype, data, strings);
  }

  /** The elements converted: floats to integers truncate, anything to bool is {@code != 0}. */
  public NDArray astype(DType to) {
    if (to == dtype) {
      return this;
    }
    NDArray out = zeros(to, shape);
    for (int i = 0; i < size; i++) {
      if (to.isComplex()) {
        out.setComplex(i, getDouble(i), getImaginary(i));
      } else if (dtype.isFloat() || dtype.isComplex() || (to.isFloat() && dtype == DType.UINT64)) {
        out.setDouble(i, getDouble(i));
      } else {
        out.setLong(i, getLong(i));
      }
    }
    return out;
  }

  /** The same array with elements of its own. */
  public NDArray copy() {
    if (strings != null) {
      return ofStrings(strings.clone(), shape);
    }
    NDArray out = zeros(dtype, shape);
    out.bytes().put(bytes());
    return out;
  }

  /** Rows {@code from} to {@code to} of the first axis; shared, not copied. */
  public NDArray slice(int from, int to) {
    if (rank() == 0 || from < 0 || to < from || to > shape.dim(0)) {
      throw new IllegalArgumentException(
          "Rows " + from + " to " + to + " are not within shape " + shape);
    }
    Shape s = shape.with(0, to - from);
    int row = shape.dim(0) == 0 ? 0 : size / (int) shape.dim(0);
    if (strings != null) {
      return ofStrings(Arrays.copyOfRange(strings, from * row, to * row), s);
    }
    ByteBuffer b = bytes();
    b.position(from * row * dtype.size()).limit(to * row * dtype.size());
    return ofBytes(b, dtype, s);
  }

  /** The given rows of the first axis, copied. */
  public NDArray rows(int[] indices) {
    Shape s = shape.with(0, indices.length);
    int row = shape.dim(0) == 0 ? 0 : size / (int) shape.dim(0);
    if (strings != null) {
      String[] out = new String[indices.length * row];
      for (int i = 0; i < indices.length; i++) {
        System.arraycopy(strings, indices[i] * row, out, i * row, row);
      }
      return ofStrings(out, s);
    }
    return rows(indices, zeros(dtype, s));
  }

  /**
   * Copies rows, by their numbers, into an array that may be used again and again.
   *
   * @param out numbers of this dtype, {@code (indices.length, ...)}
   * @return {@code out}
   * @throws IllegalArgumentException if it has another shape or dtype, or this is an array of strings
   */
  public NDArray rows(int[] indices, NDArray out) {
    if (strings != null || out.dtype != dtype || !out.shape.equals(shape.with(0, indices.length))) {
      throw new IllegalArgumentException("Rows: expected numbers for " + dtype
          + shape.with(0, indices.length) + ", got " + dtype + " and " + out.dtype + out.shape);
    }
    int bytes = shape.dim(0) == 0 ? 0 : size / (int) shape.dim(0) * dtype.size();
    IntStream each = IntStream.range(0, indices.length);
    (out.data.limit() < WORTH_THREADS ? each : each.parallel())
        .forEach(i -> out.data.put(i * bytes, data, indices[i] * bytes, bytes));
    return out;
  }

  /** Same shape, dtype and bits. */
  @Override
  public boolean equals(Object o) {
    return o instanceof NDArray a
        && shape.equals(a.shape)
        && dtype == a.dtype
        && (strings != null ? Arrays.equals(strings, a.strings) : bytes().equals(a.bytes()));
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode()
        + (strings != null ? Arrays.hashCode(strings) : bytes().hashCode());
  }

  /** Dtype, shape and up to 1000 elements in nested brackets. */
  @Override
  public String toString() {
    return ArrayText.of(this);
  }
}
