package org.keras4j.ops.random;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Sort;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dimensions;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Trace;
import org.keras4j.ops.internal.random.BinomialSampler;
import org.keras4j.ops.internal.random.GammaSampler;
import org.keras4j.ops.internal.random.QuantileTable;
import org.keras4j.ops.internal.random.Quantiles;
import org.keras4j.ops.internal.random.RandomWords;

/**
 * Random numbers ({@code keras.random}), equal on all backends for equal seeds.
 *
 * <p>The argument {@code seed} is an integer, with which the same numbers are drawn each time, a
 * {@link SeedGenerator}, or null for {@link SeedGenerator#global()}. A dtype is given as such, by name, or
 * as null for floatx; shapes as {@code int[]}, {@code long[]}, list or {@link Shape}; in a graph integer
 * tensors, scalars in a list or a vector of known length, tell sizes that are known when it runs. Parameters
 * of distributions may be array-likes that broadcast to the shape.
 */
public final class RandomOps {
  private RandomOps() {}

  private static DType floatType(String name, @Nullable Object dtype) {
    DType d = Dtypes.orFloatx(dtype);
    if (!d.isFloat()) {
      throw new IllegalArgumentException(name + ": expected a float dtype, got " + d);
    }
    return d;
  }

  // halves are drawn in float32, where that has any use
  private static DType computed(DType d) {
    return d == DType.FLOAT64 ? d : DType.FLOAT32;
  }

  // layers draw in the shape of their input, whose batch a model does not know
  private static Dimensions sizes(Op.Args a) {
    return Trace.current() != null && a.get(0) instanceof Shape s
        ? new Dimensions(s, List.of())
        : Dimensions.of(a.name(), a.given(0));
  }

  /** {@link #uniform(Object, Object, Object, Object, Object)} from 0 to 1, of floatx. */
  public static Tensor uniform(Object shape) {
    return uniform(shape, 0.0, 1.0, null, null);
  }

  /** {@link #uniform(Object, Object, Object, Object, Object)} of floatx. */
  public static Tensor uniform(Object shape, Object minval, Object maxval) {
    return uniform(shape, minval, maxval, null, null);
  }

  /**
   * Numbers that are equally likely between two limits ({@code keras.random.uniform}).
   *
   * @param minval the lower limit, included
   * @param maxval the upper limit, excluded
   * @throws IllegalArgumentException if the dtype is no float
   */
  public static Tensor uniform(
      Object shape, Object minval, Object maxval, @Nullable Object dtype, @Nullable Object seed) {
    return Op.call(
        "random.uniform",
        a -> {
          DType d = floatType(a.name(), a.get(3));
          Dimensions s = sizes(a);
          Tensor u = RandomWords.unit(SeedGenerator.draw(a.get(4)), s, d);
          if (isNumber(a.get(1), 0) && isNumber(a.get(2), 1)) {
            return Prims.convert(u, d);
          }
          Tensor low = a.tensor(1, u.dtype());
          Tensor span = a.get(1) instanceof Number from && a.get(2) instanceof Number to
              ? Prims.scalar(u.dtype(), to.doubleValue() - from.doubleValue())
              : Prims.sub(a.tensor(2, u.dtype()), low);
          Tensor x = Prims.convert(Prims.add(QuantileTable.product(u, span), low), d);
          if (!(a.get(1) instanceof Number from) || !(a.get(2) instanceof Number to)) {
            return x;
          }
          // rounding may reach the upper limit
          double high = to.doubleValue();
          return high > from.doubleValue() ? Prims.min(x, Prims.scalar(d, below(high, d))) : x;
        },
        shape,
        minval,
        maxval,
        dtype,
        seed);
  }

  // the largest number of the dtype below x, or close to it
  private static double below(double x, DType d) {
    double v = NDArray.scalar(d, x).item();
    if (v < x || v == 0) {
      return v;
    }
    int p = d == DType.FLOAT64 ? 53 : d == DType.FLOAT32 ? 24 : d == DType.FLOAT16 ? 11 : 8;
    return NDArray.scalar(d, v - Math.abs(v) * Math.scalb(1.0, -p)).item();
  }

  /** {@link #normal(Object, Object, Object, Object, Object)} of mean 0 and deviation 1, of floatx. */
  public static Tensor normal(Object shape) {
    return normal(shape, 0.0, 1.0, null, null);
  }

  /** {@link #normal(Object, Object, Object, Object, Object)} of floatx. */
  public static Tensor normal(Object shape, Object mean, Object stddev) {
    return normal(shape, mean, stddev, null, null);
  }

  /**
   * Normally distributed numbers ({@code keras.random.normal}).
   *
   * @throws IllegalArgumentException if the dtype is no float
   */
  public static Tensor normal(
      Object shape, Object mean, Object stddev, @Nullable Object dtype, @Nullable Object seed) {
    return Op.call(
        "random.normal",
        a -> {
          DType d = floatType(a.name(), a.get(3));
          Dimensions s = sizes(a);
          Tensor odd = RandomWords.odd(SeedGenerator.draw(a.get(4)), s, computed(d));
          return affine(a, Quantiles.normal(odd), d);
        },
        shape,
        mean,
        stddev,
        dtype,
        seed);
  }

  // z times the deviation plus the mean
  private static Tensor affine(Op.Args a, Tensor z, DType d) {
    Tensor scaled = z;
    if (!isNumber(a.get(2), 1)) {
      // where z is a product of constants, a compiler may multiply one of them first
      Tensor whole = QuantileTable.unfused(z, Prims.scalarLike(z, -16));
      Tensor deviation = a.tensor(2, z.dtype());
      scaled = isNumber(a.get(1), 0)
          ? Prims.mul(whole, deviation)
          : QuantileTable.product(whole, deviation);
    }
    return Prims.convert(
        isNumber(a.get(1), 0) ? scaled : Prims.add(scaled, a.tensor(1, z.dtype())), d);
  }

  private static boolean isNumber(@Nullable Object x, double value) {
    return x instanceof Number n && n.doubleValue() == value;
  }

  /** {@link #truncatedNormal(Object, Object, Object, Object, Object)}, mean 0, deviation 1, of floatx. */
  public static Tensor truncatedNormal(Object shape) {
    return truncatedNormal(shape, 0.0, 1.0, null, null);
  }

  /** {@link #truncatedNormal(Object, Object, Object, Object, Object)} of floatx. */
  public static Tensor truncatedNormal(Object shape, Object mean, Object stddev) {
    return truncatedNormal(shape, mean, stddev, null, null);
  }

  /**
   * Normally distributed numbers, of which none is further than two standard deviations from the mean
   * ({@code keras.random.truncated_normal}).
   *
   * @param stddev standard deviation of the distribution before what is too far was left out
   * @throws IllegalArgumentException if the dtype is no float
   */
  public static Tensor truncatedNormal(
      Object shape, Object mean, Object stddev, @Nullable Object dtype, @Nullable Object seed) {
    return Op.call(
        "random.truncated_normal",
        a -> {
          DType d = floatType(a.name(), a.get(3));
          Dimensions s = sizes(a);
          Tensor odd = RandomWords.odd(SeedGenerator.draw(a.get(4)), s, computed(d));
          return affine(a, Quantiles.truncatedNormal(odd), d);
        },
        shape,
        mean,
        stddev,
        dtype,
        seed);
  }

  /** {@link #randint(Object, Object, Object, Object, Object)} of int32. */
  public static Tensor randint(Object shape, Object minval, Object maxval) {
    return randint(shape, minval, maxval, "int32", null);
  }

  /**
   * Integers that are equally likely between two limits ({@code keras.random.randint}).
   *
   * @param minval the lower limit, included
   * @param maxval the upper limit, excluded, above the lower one
   * @param dtype an integer dtype; null for int32
   * @throws IllegalArgumentException if the dtype is none, or there is no number between the limits
   */
  public static Tensor randint(
      Object shape, Object minval, Object maxval, @Nullable Object dtype, @Nullable Object seed) {
    return Op.call(
        "random.randint",
        a -> {
          DType d = DType.from(a.get(3), DType.INT32);
          if (!d.isInteger()) {
            throw new IllegalArgumentException(a.name() + ": expected an integer dtype, got " + d);
          }
          Dimensions s = sizes(a);
          Tensor key = SeedGenerator.draw(a.get(4));
          if (a.get(1) instanceof Number && a.get(2) instanceof Number) {
            return Prims.convert(integers(a, key, s), d);
          }
          Tensor low = a.tensor(1, DType.INT64);
          Tensor span = Prims.sub(a.tensor(2, DType.INT64), low);
          Tensor n = Prims.binary(BinaryKind.REM, RandomWords.long62(key, s), span);
          return Prims.convert(Prims.add(n, low), d);
        },
        shape,
        minval,
        maxval,
        dtype,
        seed);
  }

  private static Tensor integers(Op.Args a, Tensor key, Dimensions s) {
    long low = (a.number(1)).longValue();
    long high = (a.number(2)).longValue();
    long span = high - low;
    if (high <= low || span <= 0 || span >= 1L << 62) {
      throw new IllegalArgumentException(
          a.name() + ": maxval must be above minval, got minval " + low + " and maxval " + high);
    }
    Tensor n;
    if (span <= 1L << 31) {
      // the high half of a product is a number below the factor
      Tensor word = Prims.convert(RandomWords.words(key, s), DType.INT64);
      n = Prims.binary(
          BinaryKind.SHIFT_RIGHT_ARITHMETIC,
          Prims.mul(word, Prims.scalar(DType.INT64, span)),
          Prims.scalar(DType.INT64, 32L));
    } else {
      n = Prims.binary(BinaryKind.REM, RandomWords.long62(key, s), Prims.scalar(DType.INT64, span));
    }
    return Prims.add(n, Prims.scalar(DType.INT64, low));
  }

  /** {@link #categorical(Object, int, Object, Object)} of int32. */
  public static Tensor categorical(Object logits, int numSamples) {
    return categorical(logits, numSamples, "int32", null);
  }

  /**
   * Numbers of classes, each as likely as {@code softmax(logits)} says ({@code keras.random.categorical}).
   *
   * @param logits {@code (batch, classes)}
   * @param numSamples how many are drawn for each row
   * @param dtype null for int32
   * @return {@code (batch, numSamples)}
   * @throws IllegalArgumentException if the logits are no matrix, or the number of samples is negative
   */
  public static Tensor categorical(
      Object logits, int numSamples, @Nullable Object dtype, @Nullable Object seed) {
    return Op.call(
        "random.categorical",
        a -> {
          Tensor x = Dtypes.asFloat(a.tensor(0));
          if (x.rank() != 2) {
            throw new IllegalArgumentException(
                a.name() + ": expected logits (batch, classes), got " + x.shape());
          }
          int samples = a.integer(1);
          if (samples < 0) {
            throw new IllegalArgumentException(
                a.name() + ": num_samples must not be negative, got " + samples);
          }
          Shape s = Shape.of(x.shape().dim(0), samples, x.shape().dim(1));
          // the largest of logits with Gumbel noise is distributed as the softmax
          Tensor noise =
              Quantiles.gumbel(RandomWords.odd(RandomWords.words(SeedGenerator.draw(a.get(3)), s)));
          Tensor noisy = Prims.add(Prims.convert(Prims.expandDims(x, 1), noise.dtype()), noise);
          DType d = DType.from(a.get(2), DType.INT32);
          return Prims.convert(Prims.argReduce(true, noisy, -1), d);
        },
        logits,
        numSamples,
        dtype,
        seed);
  }

  /** {@link #dropout(Object, double, Object, Object)} of every element for itself. */
  public static Tensor dropout(Object inputs, double rate, @Nullable Object seed) {
    return dropout(inputs, rate, null, seed);
  }

  /**
   * Sets elements to 0 at random and divides the others by {@code 1 - rate}, which keeps the mean
   * ({@code keras.random.dropout}).
   *
   * @param rate which part is set to 0, from 0 to 1
   * @param noiseShape the shape of the choice, which broadcasts to the inputs; null or an entry of null
   *     (-1) for theirs
   * @throws IllegalArgumentException if the rate is out of range, or the noise shape does not fit
   */
  public static Tensor dropout(
      Object inputs, double rate, @Nullable Object noiseShape, @Nullable Object seed) {
    return Op.call(
        "random.dropout",
        a -> {
          Tensor x = Dtypes.asFloat(a.tensor(0));
          double r = a.real(1);
          if (!(r >= 0 && r <= 1)) {
            throw new IllegalArgumentException(a.name() + ": rate must be from 0 to 1, got " + r);
          }
          if (r == 0) {
            return x;
          }
          if (r == 1) {
            return Prims.zerosLike(x);
          }
          Tensor key = SeedGenerator.draw(a.get(3));
          Tensor keep = bernoulli(key, noiseShape(a, x), 1 - r);
          // a division by a constant may be made the product that this is
          return Prims.select(keep, Prims.mul(x, 1 / (1 - r)), Prims.scalarLike(x, 0));
        },
        inputs,
        rate,
        noiseShape,
        seed);
  }

  private static Shape noiseShape(Op.Args a, Tensor x) {
    if (!a.isGiven(2)) {
      return x.shape();
    }
    long[] d = Axes.longs(a.get(2));
    if (d.length != x.rank()) {
      throw new IllegalArgumentException(
          a.name() + ": noise_shape must have one entry an axis of inputs " + x.shape() + ", got "
              + Arrays.toString(d));
    }
    for (int i = 0; i < d.length; i++) {
      long size = x.shape().dim(i);
      d[i] = d[i] == Shape.UNKNOWN ? size : d[i];
      if (d[i] != 1 && d[i] != size && size != Shape.UNKNOWN) {
        throw new IllegalArgumentException(a.name() + ": noise_shape " + Arrays.toString(d)
            + " does not broadcast to inputs " + x.shape());
      }
    }
    return Shape.of(d);
  }

  /** True with the given probability, to 24 bits. */
  static Tensor bernoulli(Tensor key, Shape shape, double probability) {
    Tensor n = RandomWords.top(RandomWords.words(key, shape), 24);
    return Prims.lt(n, Prims.scalar(DType.INT32, Math.round(probability * 0x1p24)));
  }

  /** {@link #shuffle(Object, int, Object)} along the first axis. */
  public static Tensor shuffle(Object x) {
    return shuffle(x, 0, null);
  }

  /**
   * The slices along an axis in random order ({@code keras.random.shuffle}).
   *
   * @param axis negative ones count from the end
   */
  public static Tensor shuffle(Object x, int axis, @Nullable Object seed) {
    return Op.call(
        "random.shuffle",
        a -> {
          Tensor t = a.tensor(0);
          int at = Axes.one(a.integer(1), t.rank());
          long n = t.shape().dim(at);
          // equal keys keep their order; a further sort by other keys makes that negligible
          int rounds = 0 <= n && n < 1000 ? 1 : 2;
          Tensor words = RandomWords.words(SeedGenerator.draw(a.get(2)), Shape.of(n, rounds));
          Tensor order = Prims.iotaOf(t, at, DType.INT32);
          for (int i = 0; i < rounds; i++) {
            Tensor keys = RandomWords.top(RandomWords.part(words, i), 31);
            order = Engine.bind(new Sort(0, false), List.of(keys, order)).get(1);
          }
          return Prims.take(t, order, at);
        },
        x,
        axis,
        seed);
  }

  /** {@link #gamma(Object, Object, Object, Object)} of floatx. */
  public static Tensor gamma(Object shape, Object alpha) {
    return gamma(shape, alpha, null, null);
  }

  /**
   * Gamma-distributed numbers of scale 1 ({@code keras.random.gamma}).
   *
   * @param alpha the distribution's shape, above 0
   * @throws IllegalArgumentException if the dtype is no float
   */
  public static Tensor gamma(
      Object shape, Object alpha, @Nullable Object dtype, @Nullable Object seed) {
    return Op.call(
        "random.gamma",
        a -> {
          DType d = floatType(a.name(), a.get(2));
          Dimensions s = sizes(a);
          Tensor words = RandomWords.words(SeedGenerator.draw(a.get(3)), s.and(GammaSampler.WORDS));
          Tensor x = GammaSampler.sample(words, 0, a.tensor(1, DType.FLOAT64));
          return Prims.convert(GammaSampler.single(x), d);
        },
        shape,
        alpha,
        dtype,
        seed);
  }

  /** {@link #beta(Object, Object, Object, Object, Object)} of floatx. */
  public static Tensor beta(Object shape, Object alpha, Object beta) {
    return beta(shape, alpha, beta, null, null);
  }

  /**
   * Beta-distributed numbers, between 0 and 1 ({@code keras.random.beta}).
   *
   * @param alpha above 0
   * @param beta above 0
   * @throws IllegalArgumentException if the dtype is no float
   */
  public static Tensor beta(
      Object shape, Object alpha, Object beta, @Nullable Object dtype, @Nullable Object seed) {
    return Op.call(
        "random.beta",
        a -> {
          DType d = floatType(a.name(), a.get(3));
          Dimensions s = sizes(a);
          int n = GammaSampler.WORDS;
          Tensor words = RandomWords.words(SeedGenerator.draw(a.get(4)), s.and(2L * n));
          Tensor x = GammaSampler.sample(words, 0, a.tensor(1, DType.FLOAT64));
          Tensor y = GammaSampler.sample(words, n, a.tensor(2, DType.FLOAT64));
          return Prims.convert(GammaSampler.single(Prims.div(x, Prims.add(x, y))), d);
        },
        shape,
        alpha,
        beta,
        dtype,
        seed);
  }

  /** {@link #binomial(Object, Object, Object, Object, Object)} of floatx. */
  public static Tensor binomial(Object shape, Object counts, Object probabilities) {
    return binomial(shape, counts, probabilities, null, null);
  }

  /**
   * How many of a number of trials succeed ({@code keras.random.binomial}).
   *
   * @param counts numbers of trials, at least 0
   * @param probabilities of success of each trial, from 0 to 1
   * @throws IllegalArgumentException if the dtype is no float
   */
  public static Tensor binomial(
      Object shape,
      Object counts,
      Object probabilities,
      @Nullable Object dtype,
      @Nullable Object seed) {
    return Op.call(
        "random.binomial",
        a -> {
          DType d = floatType(a.name(), a.get(3));
          Dimensions s = sizes(a);
          Tensor key = SeedGenerator.draw(a.get(4));
          return Prims.convert(
              BinomialSampler.sample(
                  key, s, a.tensor(1, DType.FLOAT64), a.tensor(2, DType.FLOAT64)),
              d);
        },
        shape,
        counts,
        probabilities,
        dtype,
        seed);
  }
}
