package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.ops.Ops;
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
    Tensor p = tensor(DType.INT32, new double[] {1, 1});
    assertClose(Losses.logCosh(tensor(DType.INT32, new double[] {0, 2}), p), 1.126928);
    assertClose(Losses.huber(tensor(DType.INT32, new double[] {0, 4}), p, 1.7), 1.5);
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
    assertClose(loss.apply(yTrue, yPred), 0.3005025);
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
