package org.keras4j.ops.internal.random;

import java.util.Objects;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Gamma-distributed numbers by Marsaglia and Tsang's method (ACM TOMS 26, 2000). Each of a fixed number of
 * proposals is accepted with a probability above 0.95, and the first accepted one taken; that none is
 * happens once in 10^13 draws, where the last one is taken. All in float64, in which it does not depend on
 * the last digits of a backend's logarithm which proposal that is.
 */
public final class GammaSampler {
  private static final int ROUNDS = 10;

  /** How many words {@link #sample} needs for each number. */
  public static final int WORDS = 2 * ROUNDS + 1;

  private GammaSampler() {}

  /**
   * The numbers, of float64.
   *
   * @param words random words, those from {@code first} on along the last axis being used
   * @param alpha the distribution's shape; broadcasts to the words' without the last axis
   */
  public static Tensor sample(Tensor words, int first, Tensor alpha) {
    Tensor one = Prims.scalarLike(alpha, 1);
    Tensor small = Prims.lt(alpha, one);
    Tensor a = Prims.select(small, Prims.add(alpha, 1), alpha);
    Tensor d = Prims.sub(a, 1.0 / 3);
    Tensor c = Prims.rsqrt(Prims.mul(d, 9));
    Tensor v = null;
    // the last proposal first, so that each accepted earlier one replaces it
    for (int i = ROUNDS - 1; i >= 0; i--) {
      Tensor x = wide(Quantiles.normal(RandomWords.odd(RandomWords.part(words, first + 2 * i))));
      Tensor u = wide(RandomWords.open(RandomWords.part(words, first + 2 * i + 1)));
      Tensor root = Prims.add(Prims.mul(c, x), 1);
      Tensor positive = Prims.gt(root, Prims.scalarLike(root, 0));
      Tensor safe = Prims.select(positive, root, Prims.scalarLike(root, 1));
      Tensor cube = Prims.mul(Prims.square(safe), safe);
      Tensor bound = Prims.add(
          Prims.mul(Prims.square(x), 0.5),
          Prims.mul(d, Prims.add(Prims.sub(1, cube), Prims.log(cube))));
      Tensor accepted = Prims.and(positive, Prims.lt(Prims.log(u), bound));
      v = v == null ? cube : Prims.select(accepted, cube, v);
    }
    Tensor sample = Prims.mul(d, Objects.requireNonNull(v));
    // of a shape below 1: that of one more, times a power of a uniform number
    Tensor u = wide(RandomWords.open(RandomWords.part(words, first + 2 * ROUNDS)));
    Tensor boost = Prims.exp(Prims.div(Prims.log(u), alpha));
    Tensor out = Prims.select(small, Prims.mul(sample, boost), sample);
    return Prims.stopGradient(out);
  }

  private static Tensor wide(Tensor x) {
    return Prims.convert(x, DType.FLOAT64);
  }

  /** Numbers that are not negative, rounded to float32; 0 for those that some backends cannot tell from it. */
  public static Tensor single(Tensor x) {
    Tensor y = Prims.convert(x, DType.FLOAT32);
    return Prims.select(Prims.lt(y, Prims.scalarLike(y, Float.MIN_NORMAL)), Prims.zerosLike(y), y);
  }
}
