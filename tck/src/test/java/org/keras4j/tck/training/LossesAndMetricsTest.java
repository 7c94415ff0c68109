package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.ops.Ops;
import org.keras4j.training.losses.CosineSimilarity;
import org.keras4j.training.losses.Huber;
import org.keras4j.training.losses.Loss;
import org.keras4j.training.losses.Losses;
import org.keras4j.training.metrics.AUC;
import org.keras4j.training.metrics.Metric;
import org.keras4j.training.metrics.Metrics;
import org.keras4j.training.metrics.Precision;

/** Losses and metrics at their edges, with the numbers that Keras gives. */
class LossesAndMetricsTest {
  private static Tensor tensor(DType dtype, double[]... rows) {
    return Ops.convertToTensor(NDArray.from(rows).astype(dtype));
  }

  private static void assertClose(Object actual, double... expected) {
    NDArray a = ((Tensor) actual).toNDArray().astype(DType.FLOAT64);
    assertEquals(expected.length, a.size());
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], a.getDouble(i), 1e-5);
    }
  }

  @Test
  void integersCutTheConstantsOfLosses() {
    int[][] t = {{1, 0}, {3, 5}};
    int[][] p = {{1, 1}, {0, 4}};
    double infinity = Double.POSITIVE_INFINITY;
    assertClose(Losses.huber(t, p), 0, 1.5);
    assertClose(Losses.huber(new int[] {0, 4}, new int[] {1, 1}, 1.7), 1.5);
    assertClose(Losses.logCosh(t, p), 0.91003758, 2.064702);
    assertClose(Losses.meanAbsolutePercentageError(t, p), infinity, 60);
    assertClose(Losses.poisson(t, p), 1, infinity);
  }

  @Test
  void likenessIsTakenAlongSeveralAxes() {
    float[][] x = {{.1f, .4f}, {.3f, .9f}};
    float[][] y = {{.2f, .3f}, {.9f, .8f}};
    List<Integer> both = List.of(0, 1);
    assertClose(Losses.cosineSimilarity(x, y, both), -0.86907655);
    assertClose(Losses.cosineSimilarity(x, y, null), -0.86907655);
    assertClose(new CosineSimilarity().axis(0, 1).invoke(x, y), -0.86907655);
    assertClose(Metrics.pearsonCorrelation(x, y, both), 0.54382157);
    assertClose(Metrics.concordanceCorrelation(x, y, null), 0.49999976);
  }

  @Test
  void correlationsComeFromConfigsWithSeveralAxes() {
    float[][][] t = {{{0, 1}, {2, 3}}, {{4, 5}, {6, 7}}};
    float[][][] p = {{{0, 1}, {1, 3}}, {{2, 9}, {4, 5}}};
    Map<String, Object> config = Map.of("axis", List.of(1, 2));
    Metric pearson = Metric.get(object("keras.metrics", "PearsonCorrelation", config));
    pearson.updateState(t, p);
    assertClose(pearson.result(), 0.54939604);
    Metric concordance = Metric.get(object("keras.metrics", "ConcordanceCorrelation", config));
    concordance.updateState(t, p);
    assertClose(concordance.result(), 0.5125);
  }

  @Test
  void anIgnoredClassBelowZeroIsNoUnsignedLabel() {
    Tensor labels = Ops.convertToTensor(NDArray.of(new int[] {1, 255}).astype(DType.UINT8));
    Tensor p = tensor(DType.FLOAT32, new double[] {0.25, 0.75}, new double[] {0.5, 0.5});
    Tensor loss = Losses.sparseCategoricalCrossentropy(labels, p, false, -1, -1);
    assertEquals(NDArray.of(new boolean[] {true, true}), loss.kerasMask().toNDArray());
    loss = Losses.sparseCategoricalCrossentropy(labels, p, false, 255, -1);
    assertEquals(NDArray.of(new boolean[] {true, false}), loss.kerasMask().toNDArray());
  }

  @Test
  void sortedClassNumbersMatchTargetsOfOneColumn() {
    Tensor t = tensor(DType.INT32, new double[] {2}, new double[] {0});
    Tensor p = tensor(DType.INT32, new double[] {1, 2, 0}, new double[] {1, 2, 0});
    Tensor hits = Metrics.sparseTopKCategoricalAccuracy(t, p, 2, true);
    assertEquals(Shape.of(2, 1), hits.shape());
    assertClose(hits, 1, 0);
  }

  @Test
  void aClassBelowZeroCountsFromTheLast() {
    Precision m = new Precision().classId(-1);
    m.updateState(new double[][] {{1, 0}, {0, 1}}, new double[][] {{0.9, 0.8}, {0.2, 0.7}});
    assertClose(m.result(), 0.5);
  }

  @Test
  void thresholdsOfAnAreaMayLieOutside() {
    AUC m = new AUC().thresholds(-0.5, 0.5, 1.5);
    m.updateState(new int[] {0, 0, 1, 1}, new double[] {0.1, 0.6, 0.4, 0.9});
    assertClose(m.result(), 0.5);
  }

  private static Map<String, Object> function(String name) {
    return Map.of(
        "module",
        "builtins",
        "class_name",
        "function",
        "config",
        name,
        "registered_name",
        "function");
  }

  private static Map<String, Object> object(
      String module, String name, Map<String, Object> config) {
    return Map.of("module", module, "class_name", name, "config", config);
  }

  @Test
  void wrappersOfFunctionsComeFromTheirConfigs() {
    double[][] yTrue = {{1, 0}};
    double[][] yPred = {{0.5, -2}};
    Map<String, Object> config =
        Map.of("name", "h", "dtype", "float32", "fn", function("huber"), "delta", 0.5);
    Metric m = Metric.get(object("keras.metrics", "MeanMetricWrapper", config));
    m.updateState(yTrue, yPred);
    assertClose(m.result(), 0.5);
    assertEquals(Metric.Direction.DOWN, m.direction());
    assertEquals(config, ((Map<?, ?>) Serializer.serialize(m)).get("config"));

    config = Map.of(
        "name",
        "bce",
        "reduction",
        "sum_over_batch_size",
        "fn",
        function("binary_crossentropy"),
        "from_logits",
        true);
    Loss loss = Loss.get(object("keras.src.losses.losses", "LossFunctionWrapper", config));
    assertClose(loss.invoke(yTrue, yPred), 0.3005025);
    assertEquals(config, ((Map<?, ?>) Serializer.serialize(loss)).get("config"));

    Map<String, Object> unknown = Map.of("name", "x", "fn", function("huber"), "gamma", 0.5);
    assertThrows(
        IllegalArgumentException.class,
        () -> Metric.get(object("keras.metrics", "MeanMetricWrapper", unknown)));
  }

  @Test
  void aLossIsAMetricThatCanBeSaved() {
    Metric m = Metric.get(new Huber().delta(0.5));
    assertEquals("huber_loss", m.name());
    Metric again = Metric.get(Serializer.serialize(m));
    again.updateState(new double[][] {{1, 0}}, new double[][] {{1, 3}});
    assertClose(again.result(), 1.25);
  }
}
