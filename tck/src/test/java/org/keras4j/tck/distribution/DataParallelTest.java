package org.keras4j.tck.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.NDArray;
import org.keras4j.core.spi.CollectivesException;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.Fit;
import org.keras4j.training.Run;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.optimizers.Adam;

/**
 * Training divided among ranks is that of one with the whole batch. {@code keras4j.distribution.steps} tells how many steps
 * are compared; 200 in the long form.
 */
class DataParallelTest {
  private static final int STEPS = Integer.getInteger("keras4j.distribution.steps", 20);

  private static void close(List<Double> expected, List<Double> got, double tolerance) {
    assertEquals(expected.size(), got.size());
    for (int i = 0; i < expected.size(); i++) {
      double e = expected.get(i);
      assertEquals(e, got.get(i), tolerance * Math.abs(e), "step " + i + " of " + expected);
    }
  }

  @ParameterizedTest
  @EnumSource
  void lossCurves(Curves c) throws Exception {
    List<Double> alone = c.losses(c.model(), STEPS);
    for (int n : new int[] {2, 4}) {
      List<Model> models = models(c, n);
      for (List<Double> rank : new ThreadRanks(n).run(r -> c.losses(models.get(r), STEPS))) {
        close(alone, rank, 1e-5);
      }
    }
  }

  /** Gradients that are more than a bucket are sent while others are computed, in the same order by all, and come to the same. */
  @ParameterizedTest
  @EnumSource(names = {"MLP", "CONVNET", "TRANSFORMER"})
  void bucketsAreSentEarly(Curves c) throws Exception {
    int steps = 3;
    List<Double> alone = c.losses(c.model(), steps);
    ThreadRanks whole = new ThreadRanks(2);
    List<Model> once = models(c, 2);
    whole.run(r -> c.losses(once.get(r), steps));
    for (long bytes : new long[] {64, 512}) {
      ThreadRanks ranks = new ThreadRanks(2, bytes);
      List<Model> models = models(c, 2);
      for (List<Double> rank : ranks.run(r -> c.losses(models.get(r), steps))) {
        close(alone, rank, 1e-5);
      }
      int more = ranks.operations.get() - whole.operations.get();
      assertTrue(more > 0, more + " more operations with buckets of " + bytes);
    }
  }

  private static List<Model> models(Curves c, int n) {
    List<Model> out = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      out.add(c.model());
    }
    return out;
  }

  @Test
  void fitEvaluateAndPredict() throws Exception {
    Curves c = Curves.MLP;
    NDArray x = c.x(45);
    NDArray y = c.y(45);
    Fit options = Fit.epochs(3)
        .batchSize(16)
        .verbose(0)
        .validationSplit(0.2)
        .shuffleSeed(3)
        .classWeight(Map.of(0, 2.0, 3, 0.5));
    Model one = c.model();
    History alone = one.fit(x, y, options);
    List<Model> models = models(c, 2);
    List<History> ranks = new ThreadRanks(2).run(r -> models.get(r).fit(x, y, options));
    for (History h : ranks) {
      assertEquals(alone.history().keySet(), h.history().keySet());
      alone
          .history()
          .forEach((k, v) -> close(
              v.stream().map(o -> ((Number) o).doubleValue()).toList(),
              h.history().get(k).stream().map(o -> ((Number) o).doubleValue()).toList(),
              1e-5));
    }
    Map<String, Double> scores = one.evaluate(x, y, Run.batchSize(7));
    float[] outputs = one.predict(x, Run.batchSize(7)).toFloatArray();
    new ThreadRanks(2).run(r -> {
      Map<String, Double> own = models.get(r).evaluate(x, y, Run.batchSize(7));
      scores.forEach((k, v) -> assertEquals(v, own.get(k), 1e-5 * Math.abs(v), k));
      assertArrayEquals(outputs, models.get(r).predict(x, Run.batchSize(7)).toFloatArray(), 1e-5f);
      return r;
    });
  }

  /** Gradients, loss and metrics of a step go at one point, also those of a loop over time. */
  @ParameterizedTest
  @EnumSource(names = {"MLP", "TRANSFORMER", "RECURRENT"})
  void gradientsGoTogether(Curves c) throws Exception {
    ThreadRanks ranks = new ThreadRanks(2);
    List<Model> models = models(c, 2);
    int[] once = new int[1];
    for (int steps : new int[] {1, 5}) {
      int before = ranks.operations.get();
      ranks.run(r -> {
        c.losses(models.get(r), steps);
        return r;
      });
      int now = ranks.operations.get() - before;
      // float32, and integers of counts
      assertTrue(steps == 1 || now - once[0] <= 4 * 2, now + " after " + once[0]);
      once[0] = now;
    }
  }

  private static Model adapted(String policy) {
    synchronized (Curves.class) {
      SeedGenerator.setRandomSeed(11);
      Dense inner = new Dense(24).activation("relu");
      Model m = new Sequential(
          new Input(12), inner.dtype(policy), new Dense(4).dtype(policy).activation("softmax"));
      inner.enableLora(2);
      m.compile(new Adam(1e-2), "sparse_categorical_crossentropy");
      return m;
    }
  }

  /** Weights in half precision, with scaled losses for float16, and a frozen kernel with a low-rank update. */
  @ParameterizedTest
  @ValueSource(strings = {"float32", "mixed_bfloat16", "mixed_float16"})
  void policiesAndAdapters(String policy) throws Exception {
    Model one = adapted(policy);
    List<Double> alone = Curves.MLP.losses(one, 8);
    List<Model> models = List.of(adapted(policy), adapted(policy));
    double tolerance = policy.equals("float32") ? 1e-5 : policy.contains("bf") ? 1e-2 : 2e-3;
    for (List<Double> rank : new ThreadRanks(2).run(r -> Curves.MLP.losses(models.get(r), 8))) {
      close(alone, rank, tolerance);
    }
    assertTrue(alone.get(4) < alone.get(0), alone.toString());
    assertEquals(one.trainableWeights().size(), models.get(1).trainableWeights().size());
    assertEquals(5, one.trainableWeights().size()); // biases, the last kernel, and the update
  }

  @Test
  void fewerSamplesThanRanks() throws Exception {
    Curves c = Curves.CONVNET;
    Model one = c.model();
    double alone = one.trainOnBatch(c.x(3), c.y(3)).get("loss");
    List<Model> models = models(c, 4);
    for (double loss :
        new ThreadRanks(4).run(r -> models.get(r).trainOnBatch(c.x(3), c.y(3)).get("loss"))) {
      assertEquals(alone, loss, 1e-6 * alone);
    }
  }

  @Test
  void whatFailsOnOneRankEndsAll() {
    List<Model> models = models(Curves.MLP, 2);
    NDArray x = Curves.MLP.x(20);
    NDArray y = Curves.MLP.y(20);
    RuntimeException e = assertThrows(
        IllegalStateException.class,
        () -> new ThreadRanks(2).run(r -> {
          Fit options = Fit.epochs(2).batchSize(10).verbose(0);
          if (r == 1) {
            options.callbacks(
                new org.keras4j.training.callbacks.LambdaCallback().onTrainBatchEnd((b, logs) -> {
                  throw new IllegalStateException("rank 1 has enough");
                }));
            return models.get(r).fit(x, y, options);
          }
          CollectivesException other =
              assertThrows(CollectivesException.class, () -> models.get(r).fit(x, y, options));
          assertTrue(other.getMessage().contains("rank 1 has enough"), other.getMessage());
          return r;
        }));
    assertEquals("rank 1 has enough", e.getMessage());
  }

  @Test
  void otherModelsAreRefused() {
    List<Model> models = List.of(Curves.MLP.model(), Curves.MLP.model());
    models.get(1).compile("sgd", "sparse_categorical_crossentropy");
    CollectivesException e = assertThrows(
        CollectivesException.class,
        () -> new ThreadRanks(2).run(r -> Curves.MLP.losses(models.get(r), 1)));
    assertTrue(e.getMessage().contains("rank 1 has"), e.getMessage());
  }
}
