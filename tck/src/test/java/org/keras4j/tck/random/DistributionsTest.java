package org.keras4j.tck.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.ops.random.RandomOps;
import org.keras4j.ops.random.SeedGenerator;

/** Random numbers: their moments, their seeds, and what is no argument of theirs. */
class DistributionsTest {
  private static final int N = 50_000;
  private static final int[] SHAPE = {N};

  private static Arguments of(String name, double mean, double variance, Supplier<Tensor> draw) {
    return Arguments.of(name, mean, variance, draw);
  }

  static Stream<Arguments> distributions() {
    return Stream.of(
        of("uniform", 1, 16.0 / 12, () -> RandomOps.uniform(SHAPE, -1.0, 3.0, null, 1)),
        of("uniform64", 0.5, 1.0 / 12, () -> RandomOps.uniform(SHAPE, 0.0, 1.0, "float64", 1)),
        of("normal", 2, 9, () -> RandomOps.normal(SHAPE, 2.0, 3.0, null, 2)),
        of("normal64", 0, 1, () -> RandomOps.normal(SHAPE, 0.0, 1.0, "float64", 2)),
        of("truncated", 0, 0.774, () -> RandomOps.truncatedNormal(SHAPE, 0.0, 1.0, null, 3)),
        of("randint", 6, 2, () -> RandomOps.randint(SHAPE, 4, 9, null, 4)),
        of("gamma", 2.5, 2.5, () -> RandomOps.gamma(SHAPE, 2.5, null, 5)),
        of("small gamma", 0.4, 0.4, () -> RandomOps.gamma(SHAPE, 0.4, null, 6)),
        of("beta", 0.4, 0.04, () -> RandomOps.beta(SHAPE, 2.0, 3.0, null, 7)),
        of("few of many", 3, 2.1, () -> RandomOps.binomial(SHAPE, 10, 0.3, null, 8)),
        of("many of many", 80, 16, () -> RandomOps.binomial(SHAPE, 100, 0.8, null, 9)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("distributions")
  void hasItsMoments(String name, double mean, double variance, Supplier<Tensor> draw) {
    double[] v = draw.get().toNDArray().astype(DType.FLOAT64).toDoubleArray();
    double sum = 0;
    for (double x : v) {
      sum += x;
    }
    double m = sum / N;
    double squares = 0;
    for (double x : v) {
      squares += (x - m) * (x - m);
    }
    // five standard errors of a mean
    assertEquals(mean, m, 5 * Math.sqrt(variance / N));
    assertEquals(variance, squares / N, 0.05 * variance);
  }

  @Test
  void aGeneratorDrawsOtherNumbersEachTimeAndAnIntegerTheSame() {
    SeedGenerator seeds = new SeedGenerator(7);
    long[] first = seeds.next().toNDArray().toLongArray();
    long[] second = seeds.next().toNDArray().toLongArray();
    assertArrayEquals(new long[] {7, 0}, first);
    assertArrayEquals(new long[] {7, 1}, second);
    float[] a = RandomOps.uniform(new int[] {4}, 0.0, 1.0, null, 7).toNDArray().toFloatArray();
    float[] b = RandomOps.uniform(new int[] {4}, 0.0, 1.0, null, 7).toNDArray().toFloatArray();
    float[] c = RandomOps.uniform(new int[] {4}, 0.0, 1.0, null, new SeedGenerator(7))
        .toNDArray()
        .toFloatArray();
    assertArrayEquals(a, b);
    assertArrayEquals(a, c);
  }

  @Test
  void rowsOfAnUnknownNumberAreShuffled() {
    KerasTensor x = new KerasTensor(TensorSpec.of(DType.FLOAT32, -1, 3), "x");
    assertEquals(Shape.of(-1, 3), RandomOps.shuffle(x, 0, 1).shape());
  }

  @Test
  void wrongArgumentsAreNamed() {
    refused("random.randint", () -> RandomOps.randint(SHAPE, 3, 3, null, 1));
    refused("random.uniform", () -> RandomOps.uniform(SHAPE, 0.0, 1.0, "int32", 1));
    refused("random.dropout", () -> RandomOps.dropout(new float[] {1}, 1.5, 1));
    refused("'seed'", () -> new SeedGenerator(1.5));
  }

  private static void refused(String named, Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(named), message);
  }
}
