package org.keras4j.hub.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.random.RandomOps;

/** Mixtures of experts against what they are, in plain Java. */
class MixtureOfExpertsTest {
  private static final int EXPERTS = 9;
  private static final int HIDDEN = 4;
  private static final int INNER = 3;

  private static double[] expected(MixtureOfExperts layer, double[] x, int topK, boolean sum) {
    List<NDArray> w = layer.getWeights();
    NDArray router = weight(w, Shape.of(HIDDEN, EXPERTS), 0);
    NDArray gate = weight(w, Shape.of(EXPERTS, HIDDEN, INNER), 0);
    NDArray up = weight(w, Shape.of(EXPERTS, HIDDEN, INNER), 1);
    NDArray down = weight(w, Shape.of(EXPERTS, INNER, HIDDEN), 0);
    double[] p = new double[EXPERTS];
    for (int e = 0; e < EXPERTS; e++) {
      double z = 0;
      for (int h = 0; h < HIDDEN; h++) {
        z += x[h] * router.getDouble(h * EXPERTS + e);
      }
      p[e] = Math.exp(z);
    }
    double all = Arrays.stream(p).sum();
    int[] best = IntStream.range(0, EXPERTS)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer e) -> -p[e]))
        .limit(topK)
        .mapToInt(Integer::intValue)
        .toArray();
    double given = sum ? Arrays.stream(best).mapToDouble(e -> p[e]).sum() : all;
    double[] y = new double[HIDDEN];
    for (int e : best) {
      for (int i = 0; i < INNER; i++) {
        double g = 0;
        double u = 0;
        for (int h = 0; h < HIDDEN; h++) {
          g += x[h] * gate.getDouble((e * HIDDEN + h) * INNER + i);
          u += x[h] * up.getDouble((e * HIDDEN + h) * INNER + i);
        }
        for (int h = 0; h < HIDDEN; h++) {
          y[h] += p[e]
              / given
              * g
              / (1 + Math.exp(-g))
              * u
              * down.getDouble((e * INNER + i) * HIDDEN + h);
        }
      }
    }
    return y;
  }

  private static NDArray weight(List<NDArray> all, Shape shape, int which) {
    return all.stream()
        .filter(a -> a.shape().equals(shape))
        .skip(which)
        .findFirst()
        .orElseThrow();
  }

  private static void check(int[] leading, boolean sum) {
    int topK = 2;
    MixtureOfExperts layer =
        new MixtureOfExperts(EXPERTS, topK, INNER).normalizeTopK(sum).name("experts");
    long[] shape = new long[leading.length + 1];
    int tokens = 1;
    for (int i = 0; i < leading.length; i++) {
      shape[i] = leading[i];
      tokens *= leading[i];
    }
    shape[leading.length] = HIDDEN;
    NDArray x = RandomOps.normal(shape, 0.0, 2.0, null, 5).toNDArray();
    NDArray y = layer.invoke(x).toNDArray();
    assertEquals(x.shape(), y.shape());
    for (int t = 0; t < tokens; t++) {
      double[] in = new double[HIDDEN];
      for (int h = 0; h < HIDDEN; h++) {
        in[h] = x.getDouble(t * HIDDEN + h);
      }
      double[] want = expected(layer, in, topK, sum);
      double[] got = new double[HIDDEN];
      for (int h = 0; h < HIDDEN; h++) {
        got[h] = y.getDouble(t * HIDDEN + h);
      }
      assertArrayEquals(want, got, 1e-5, "token " + t);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void fewAndManyTokensGetTheirExperts(boolean sum) {
    check(new int[] {2}, sum); // only those that are needed
    check(new int[] {1, 1}, sum);
    check(new int[] {2, 5}, sum); // all
    check(new int[] {2, 3, 2}, sum);
  }

  @Test
  void modelsAreSavedAndTrained(@TempDir Path temp) {
    Sequential model = new Sequential(
        new Input(-1, HIDDEN), new MixtureOfExperts(EXPERTS, 3, INNER).activation("gelu"));
    NDArray x = RandomOps.normal(new long[] {2, 6, HIDDEN}, 0.0, 1.0, null, 6).toNDArray();
    NDArray before = model.predict(x);
    model.save(temp.resolve("model.keras"));
    assertArrayEquals(
        before.toFloatArray(),
        Model.load(temp.resolve("model.keras")).predict(x).toFloatArray(),
        1e-6f);
    model.compile("sgd", "mse");
    double first = model.trainOnBatch(x, x).get("loss");
    double later = first;
    for (int i = 0; i < 20; i++) {
      later = model.trainOnBatch(x, x).get("loss");
    }
    assertTrue(later < first, first + " then " + later);
  }

  @Test
  void sizesOutOfBoundsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new MixtureOfExperts(2, 3, 4));
    assertThrows(IllegalArgumentException.class, () -> new MixtureOfExperts(0, 0, 4));
    DecoderConfig config = new DecoderConfig(10, 8, 2, 2);
    assertThrows(IllegalArgumentException.class, () -> config.experts(4, 5));
    assertThrows(
        IllegalArgumentException.class,
        () -> new DecoderConfig(10, 8, 2, 2).experts(4, 2).denseLayers(2));
  }
}
