package org.keras4j.ops.internal.random;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Bitcast;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Trace;

/**
 * A function of random integers, for drawing from a distribution by its quantiles, that is the same on
 * every backend to the last bit. The functions of backends differ in their last digits; here polynomials
 * are evaluated by sums and products alone, whose rounding is defined. Their coefficients come from a table
 * that has, since quantiles change fast near the ends, equally many pieces for each power of two of the
 * distance from an end.
 */
public final class QuantileTable {
  // no product within a table comes near it; nobody but us knows that
  private static final double NEVER = -8;

  private final DType real;
  private final DType whole;
  private final int bits; // of the significand, without the leading one
  private final int bias; // of the exponent
  private final int split; // a power of two is split into 2^split pieces
  private final List<NDArray> coefficients;
  private final int half; // where pieces of the upper half begin; 0 if both halves have the same

  /** A function as a power series. */
  interface Curve {
    /**
     * The coefficients around a point.
     *
     * @param y distance from the end, between 0 and 1, which is the middle
     * @param n how many
     */
    double[] series(double y, int n);
  }

  private QuantileTable(DType real, List<Curve> halves) {
    boolean wide = real == DType.FLOAT64;
    this.real = real;
    this.whole = wide ? DType.INT64 : DType.INT32;
    this.bits = wide ? 52 : 23;
    this.bias = wide ? 1023 : 127;
    this.split = wide ? 5 : 7;
    this.half = halves.size() == 1 ? 0 : bits << split;
    int terms = wide ? 7 : 3;
    double[][] c = new double[terms][halves.size() * (bits << split)];
    for (int h = 0; h < halves.size(); h++) {
      fill(c, h * half, halves.get(h));
    }
    this.coefficients = new ArrayList<>();
    for (double[] column : c) {
      coefficients.add(NDArray.of(column, column.length).astype(real));
    }
  }

  /** For a function that depends on the sign of integers in nothing but its own sign, or not at all. */
  static QuantileTable even(DType real, Curve curve) {
    return new QuantileTable(real, List.of(curve));
  }

  /** For a function of negative integers, by their distance from the least one, and of positive ones. */
  static QuantileTable of(DType real, Curve lower, Curve upper) {
    return new QuantileTable(real, List.of(lower, upper));
  }

  // from the middle to the end, as a curve may continue from where it last was
  private void fill(double[][] c, int from, Curve curve) {
    for (int place = (bits << split) - 1; place >= 0; place--) {
      int exponent = place >> split;
      double within = (place & ((1 << split) - 1)) + 0.5;
      double y = Math.scalb(1 + Math.scalb(within, -split), exponent - bits);
      double[] series = curve.series(y, c.length);
      for (int i = 0; i < c.length; i++) {
        series[i] = Math.scalb(series[i], i * (exponent - 2 * bits));
      }
      move(series, -Math.scalb(0.5, bits - split));
      for (int i = 0; i < c.length; i++) {
        c[i][from + place] = series[i];
      }
    }
  }

  // a polynomial of t made one of t less than it by `by`
  private static void move(double[] p, double by) {
    for (int i = 0; i < p.length; i++) {
      for (int k = p.length - 2; k >= i; k--) {
        p[k] += by * p[k + 1];
      }
    }
  }

  /**
   * The function of odd integers between {@code -2^bits} and {@code 2^bits}, where a float64 has 52 bits and
   * a float32 23.
   */
  Tensor at(Tensor odd) {
    Tensor distance = Prims.sub(word(1L << bits), Prims.abs(odd));
    Tensor b = Engine.bind1(new Bitcast(whole), Prims.convert(distance, real));
    int rest = bits - split;
    Tensor high = Prims.binary(BinaryKind.SHIFT_RIGHT_ARITHMETIC, b, word(rest));
    Tensor place = Prims.sub(high, word((long) bias << split));
    if (half > 0) {
      Tensor upper = Prims.gt(odd, word(0));
      place = Prims.add(place, Prims.select(upper, word(half), word(0)));
    }
    Tensor index = Prims.convert(place, DType.INT32);
    Tensor t = Prims.convert(Prims.and(b, word((1L << rest) - 1)), real);
    Tensor sum = null;
    for (int i = coefficients.size() - 1; i >= 0; i--) {
      Tensor c = Prims.take(Engine.constant(coefficients.get(i)), index, 0);
      sum = sum == null ? c : Prims.add(unfused(Prims.mul(sum, t), Prims.scalar(real, NEVER)), c);
    }
    return Objects.requireNonNull(sum);
  }

  private Tensor word(long value) {
    return Prims.scalar(whole, value);
  }

  /** The odd integers as floats, which hold them exactly. */
  Tensor number(Tensor odd) {
    return Prims.convert(odd, real);
  }

  /**
   * A product that is to be rounded before something is added to it. A compiler may make one operation of
   * both, whose result differs in the last digits; a limit in between, which is never reached, prevents that.
   *
   * @param limit below all that the product can be
   */
  public static Tensor unfused(Tensor product, Tensor limit) {
    return Trace.current() == null ? product : Prims.max(product, limit);
  }

  /** {@code product(a, b)} that is to be rounded before something is added, for {@code |a|} below 16. */
  public static Tensor product(Tensor a, Tensor b) {
    Tensor size = Prims.unary(UnaryKind.ABS, Prims.stopGradient(b));
    return unfused(Prims.mul(a, b), Prims.sub(-1, Prims.mul(size, 16)));
  }
}
