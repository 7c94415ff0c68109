package org.keras4j.tck.random;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.random.RandomOps;

/** Random numbers against their distributions: by Kolmogorov and Smirnov, whole ones by chi square. */
class FitOfDistributionsTest {
  private static final int N = 20_000;
  private static final int[] SHAPE = {N};

  private static double[] numbers(Tensor t) {
    return t.toNDArray().astype(DType.FLOAT64).toDoubleArray();
  }

  // the largest distance of the shares below each number is seldom (1 in 1000) more than this
  private static void follows(Tensor drawn, DoubleUnaryOperator below) {
    double[] v = numbers(drawn);
    Arrays.sort(v);
    double most = 0;
    for (int i = 0; i < N; i++) {
      double p = below.applyAsDouble(v[i]);
      most = Math.max(most, Math.max(p - (double) i / N, (i + 1.0) / N - p));
    }
    double distance = most;
    assertTrue(distance < 1.95 / Math.sqrt(N), () -> "distance " + distance);
  }

  // for k classes the sum is about k - 1, and seldom 4 deviations more
  private static void counts(Tensor drawn, double... shares) {
    long[] found = new long[shares.length];
    for (double v : numbers(drawn)) {
      found[(int) v]++;
    }
    double sum = IntStream.range(0, shares.length)
        .mapToDouble(i -> Math.pow(found[i] - N * shares[i], 2) / (N * shares[i]))
        .sum();
    int k = shares.length - 1;
    assertTrue(sum < k + 4 * Math.sqrt(2.0 * k), () -> "chi square " + sum + " of " + k);
  }

  // the normal distribution at many places, between which it is nearly a line
  private static DoubleUnaryOperator normalTable() {
    double[] at = IntStream.rangeClosed(0, 1200)
        .mapToDouble(i -> (i - 600) / 100.0 / Math.sqrt(2))
        .toArray();
    double[] p = Arrays.stream(numbers(Ops.erf(at))).map(e -> 0.5 * (1 + e)).toArray();
    return x -> {
      double place = Math.min(Math.max((x + 6) * 100, 0), 1199.999);
      int i = (int) place;
      return p[i] + (place - i) * (p[i + 1] - p[i]);
    };
  }

  @Test
  void continuousOnesFollowTheirs() {
    DoubleUnaryOperator phi = normalTable();
    follows(RandomOps.uniform(SHAPE, -1.0, 3.0, null, 1), x -> (x + 1) / 4);
    follows(RandomOps.normal(SHAPE, 2.0, 3.0, null, 2), x -> phi.applyAsDouble((x - 2) / 3));
    double low = phi.applyAsDouble(-2);
    follows(
        RandomOps.truncatedNormal(SHAPE, 0.0, 1.0, null, 3),
        x -> (phi.applyAsDouble(x) - low) / (1 - 2 * low));
    follows(RandomOps.normal(SHAPE, 0.0, 1.0, "float64", 11), phi);
    follows(
        RandomOps.gamma(SHAPE, 0.5, null, 12), x -> 2 * phi.applyAsDouble(Math.sqrt(2 * x)) - 1);
    follows(RandomOps.beta(SHAPE, 0.5, 0.5, null, 13), x -> 2 / Math.PI * Math.asin(Math.sqrt(x)));
    follows(RandomOps.gamma(SHAPE, 1.0, null, 4), x -> 1 - Math.exp(-x));
    follows(RandomOps.gamma(SHAPE, 2.0, null, 5), x -> 1 - (1 + x) * Math.exp(-x));
    follows(RandomOps.beta(SHAPE, 2.0, 3.0, null, 6), x -> x * x * (6 - 8 * x + 3 * x * x));
  }

  @Test
  void wholeOnesComeInTheirShares() {
    counts(RandomOps.randint(SHAPE, 0, 5, null, 7), 0.2, 0.2, 0.2, 0.2, 0.2);
    counts(RandomOps.binomial(SHAPE, 3, 0.5, null, 8), 0.125, 0.375, 0.375, 0.125);
    counts(of(RandomOps.binomial(SHAPE, 100, 0.8, null, 14), 70, 90), binomial(100, 0.8, 70, 90));
    double[][] logits = {{Math.log(0.1), Math.log(0.6), Math.log(0.3)}};
    counts(Ops.reshape(RandomOps.categorical(logits, N, null, 9), new int[] {N}), 0.1, 0.6, 0.3);
    Tensor kept =
        Ops.cast(Ops.notEqual(RandomOps.dropout(Ops.ones(SHAPE), 0.25, null, 10), 0), "int32");
    counts(kept, 0.25, 0.75);
  }

  // numbers below or above a range as the ends of it
  private static Tensor of(Tensor drawn, int least, int most) {
    return Ops.subtract(Ops.clip(drawn, least, most), least);
  }

  // the shares of numbers of successes in a range, whose ends stand for all beyond them too
  private static double[] binomial(int n, double p, int least, int most) {
    double[] out = new double[most - least + 1];
    double share = Math.pow(1 - p, n);
    for (int k = 0; k <= n; k++) {
      out[Math.min(Math.max(k, least), most) - least] += share;
      share *= (n - k) * p / ((k + 1) * (1 - p));
    }
    return out;
  }

  @Test
  void allOrdersAreAlike() {
    long[] found = new long[6];
    int times = 1200;
    for (int i = 0; i < times; i++) {
      long[] v = RandomOps.shuffle(new int[] {0, 1, 2}, 0, i).toNDArray().toLongArray();
      found[(int) (2 * v[0] + (v[1] > v[2] ? 1 : 0))]++;
    }
    double sum =
        Arrays.stream(found).mapToDouble(n -> Math.pow(n - times / 6.0, 2)).sum();
    assertTrue(sum / (times / 6.0) < 5 + 4 * Math.sqrt(10), () -> Arrays.toString(found));
  }
}
