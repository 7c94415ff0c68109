package org.keras4j.tck.draws;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/** Random shapes, dtypes, arrays and choices. */
public final class Dice {
  private static final DType[] INTEGERS = {
    DType.INT32, DType.INT32, DType.INT8, DType.INT16, DType.UINT8, DType.UINT16, DType.UINT32
  };
  private static final DType[] ANY = {
    DType.FLOAT32,
    DType.FLOAT32,
    DType.FLOAT32,
    DType.INT32,
    DType.INT8,
    DType.INT16,
    DType.UINT8,
    DType.UINT32,
    DType.BOOL,
    DType.FLOAT16,
    DType.BFLOAT16
  };
  private static final double[] ODD = {
    Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.0, -0.0, 1, -1
  };

  private final Random random;
  private final boolean smooth;

  private Dice(long seed, boolean smooth) {
    this.random = new Random(seed);
    this.smooth = smooth;
  }

  /** Draws of all dtypes, with odd values (NaN, infinities, ties, empty axes) among them. */
  public static Dice of(long seed) {
    return new Dice(seed, false);
  }

  /** Draws whose floats are float64, with no odd value, for derivatives by differences. */
  public static Dice smooth(long seed) {
    return new Dice(seed, true);
  }

  boolean isSmooth() {
    return smooth;
  }

  boolean flip() {
    return random.nextBoolean();
  }

  /** True in one of n draws. */
  boolean rarely(int n) {
    return random.nextInt(n) == 0;
  }

  /** An integer from {@code low} to {@code high}, both included. */
  int in(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }

  double real(double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  @SafeVarargs
  final <T extends @Nullable Object> T one(T... of) {
    return of[random.nextInt(of.length)];
  }

  // ---- shapes

  /** A shape of a rank in a range; seldom with an axis of size 0. */
  long[] shape(int low, int high) {
    return LongStream.generate(() -> !smooth && rarely(25) ? 0 : in(1, smooth ? 3 : 4))
        .limit(in(low, high))
        .toArray();
  }

  /** Likewise, never empty. */
  long[] full(int low, int high) {
    return LongStream.generate(() -> in(1, smooth ? 3 : 4)).limit(in(low, high)).toArray();
  }

  static long[] join(long[] a, long... b) {
    long[] out = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, out, a.length, b.length);
    return out;
  }

  static long[] changed(long[] shape, int axis, long size) {
    long[] out = shape.clone();
    out[axis < 0 ? axis + out.length : axis] = size;
    return out;
  }

  static long size(long[] shape) {
    return LongStream.of(shape).reduce(1, (a, b) -> a * b);
  }

  static List<Long> list(long... of) {
    return LongStream.of(of).boxed().toList();
  }

  /** A shape that broadcasts with another. */
  long[] fitting(long[] shape) {
    long[] out = LongStream.of(shape).map(n -> rarely(4) ? 1 : n).toArray();
    return rarely(3) ? Arrays.copyOfRange(out, in(0, out.length), out.length) : out;
  }

  /** One axis, from the start or from the end. */
  int axis(long[] shape) {
    return in(-shape.length, shape.length - 1);
  }

  /** Null, one axis, or several. */
  @Nullable
  Object axes(long[] shape) {
    if (shape.length == 0 || rarely(3)) {
      return null;
    }
    if (flip()) {
      return axis(shape);
    }
    int n = in(1, shape.length);
    return order(shape.length).subList(0, n).stream()
        .map(i -> flip() ? i - shape.length : i)
        .toList();
  }

  /** The numbers below n in random order. */
  List<Integer> order(int n) {
    List<Integer> out = new ArrayList<>(IntStream.range(0, n).boxed().toList());
    Collections.shuffle(out, random);
    return out;
  }

  // ---- arrays

  /** Floats, of various dtypes. */
  NDArray floats(long... shape) {
    DType d = rarely(4) ? one(DType.FLOAT16, DType.BFLOAT16) : DType.FLOAT32;
    return array(d, shape);
  }

  /** Of any real dtype. */
  NDArray any(long... shape) {
    return array(one(ANY), shape);
  }

  /** Small integers, of various dtypes. */
  NDArray integers(long... shape) {
    return array(one(INTEGERS), shape);
  }

  /** Of a dtype; of float64, smooth, for any real one if derivatives are wanted. */
  NDArray array(DType d, long... shape) {
    if (smooth && !d.isComplex()) {
      return between(-2, 2, shape);
    }
    if (d.isInteger() || d.isBool()) {
      return whole(d, d.isBool() ? 0 : -4, d.isBool() ? 1 : 6, shape);
    }
    NDArray out = NDArray.zeros(d, Shape.of(shape));
    boolean ties = rarely(4);
    for (int i = 0; i < out.size(); i++) {
      double v = 2 * random.nextGaussian();
      if (d.isComplex()) {
        out.setComplex(i, v, 2 * random.nextGaussian());
      } else {
        out.setDouble(i, ties ? Math.rint(v) : v);
      }
    }
    if (!smooth && !d.isComplex() && out.size() > 0 && rarely(10)) {
      out.setDouble(random.nextInt(out.size()), ODD[random.nextInt(ODD.length)]);
    }
    return out;
  }

  /** Floats without odd values, between bounds. */
  NDArray between(double low, double high, long... shape) {
    NDArray out = NDArray.zeros(smooth ? DType.FLOAT64 : DType.FLOAT32, Shape.of(shape));
    for (int i = 0; i < out.size(); i++) {
      out.setDouble(i, real(low, high));
    }
    return out;
  }

  /** Integers, even where derivatives are wanted: indices, labels. */
  NDArray whole(int low, int high, long... shape) {
    return whole(DType.INT32, low, high, shape);
  }

  NDArray whole(DType d, int low, int high, long... shape) {
    boolean unsigned = d.kerasName().startsWith("uint");
    NDArray out = NDArray.zeros(d, Shape.of(shape));
    for (int i = 0; i < out.size(); i++) {
      int v = high < low ? 0 : in(low, high);
      out.setLong(i, unsigned ? Math.abs(v) : v);
    }
    return out;
  }

  NDArray flags(long... shape) {
    return whole(DType.BOOL, 0, 1, shape);
  }

  /** Ascending floats. */
  NDArray sorted(int n) {
    double[] v = random.doubles(n, -3, 3).sorted().toArray();
    return NDArray.of(v, n).astype(smooth ? DType.FLOAT64 : DType.FLOAT32);
  }

  /** Square matrices; far from singular, symmetric and positive definite if wanted. */
  NDArray matrices(boolean positive, long[] batch, int n) {
    NDArray out = between(-1, 1, join(batch, n, n));
    int each = n * n;
    for (int b = 0; b < out.size() / Math.max(1, each); b++) {
      for (int i = 0; i < n; i++) {
        int diagonal = b * each + i * n + i;
        out.setDouble(diagonal, n + 1 + i + real(0, 0.5));
        for (int k = 0; positive && k < i; k++) {
          out.setDouble(b * each + i * n + k, out.getDouble(b * each + k * n + i));
        }
      }
    }
    return out;
  }

  /** Images {@code (n, size..., c)}, or with channels first. */
  NDArray images(int rank, @Nullable String format, int channels, int low, int high) {
    long[] size = LongStream.generate(() -> in(low, high)).limit(rank).toArray();
    boolean first = "channels_first".equals(format);
    long[] rest = first ? join(new long[] {channels}, size) : join(size, channels);
    return between(0, 1, join(new long[] {in(1, 2)}, rest));
  }

  @Nullable
  String format() {
    return one("channels_last", "channels_first", null);
  }
}
