package org.keras4j.ops.internal.random;

import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.ops.internal.engine.Prims;

/** Draws by quantiles, from the odd integers that {@link RandomWords} makes; equal on all backends. */
public final class Quantiles {
  // erf(sqrt(2)): how much of a normal distribution lies within two standard deviations
  private static final double WITHIN_TWO = 0.954499736103641585599434725666933;

  private Quantiles() {}

  // tables are made when they are first asked for
  private static final class OfSingle {
    static final QuantileTable TABLE = normalTable(DType.FLOAT32, 1);
  }

  private static final class OfDouble {
    static final QuantileTable TABLE = normalTable(DType.FLOAT64, 1);
  }

  private static final class TruncatedOfSingle {
    static final QuantileTable TABLE = normalTable(DType.FLOAT32, WITHIN_TWO);
  }

  private static final class TruncatedOfDouble {
    static final QuantileTable TABLE = normalTable(DType.FLOAT64, WITHIN_TWO);
  }

  private static final class Gumbel {
    static final QuantileTable TABLE = QuantileTable.of(
        DType.FLOAT32,
        (y, n) -> gumbel(y / 2, -StrictMath.log(y / 2), 0.5),
        (y, n) -> gumbel(1 - y / 2, -StrictMath.log1p(-y / 2), -0.5));
  }

  private static QuantileTable normalTable(DType d, double within) {
    return QuantileTable.even(d, new NormalQuantile(within, d == DType.FLOAT64 ? 52 : 23));
  }

  // -log(-log(u)) and its derivatives, l = -log(u), u moving by `by`
  private static double[] gumbel(double u, double l, double by) {
    double first = by / (u * l);
    return new double[] {-StrictMath.log(l), first, first * first * (1 - l) / 2};
  }

  /** Of a normal distribution of mean 0 and deviation 1; of float64 for integers of int64. */
  public static Tensor normal(Tensor odd) {
    return times(odd, odd.dtype() == DType.INT64 ? OfDouble.TABLE : OfSingle.TABLE);
  }

  /** Likewise, within 2 of the mean. */
  public static Tensor truncatedNormal(Tensor odd) {
    Tensor z =
        times(odd, odd.dtype() == DType.INT64 ? TruncatedOfDouble.TABLE : TruncatedOfSingle.TABLE);
    return Prims.min(Prims.max(z, Prims.scalarLike(z, -2)), Prims.scalarLike(z, 2));
  }

  private static Tensor times(Tensor odd, QuantileTable table) {
    return Prims.mul(table.at(odd), table.number(odd));
  }

  /** Of a Gumbel distribution, of float32. */
  public static Tensor gumbel(Tensor odd) {
    return Gumbel.TABLE.at(odd);
  }
}
