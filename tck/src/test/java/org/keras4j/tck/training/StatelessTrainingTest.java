package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.training.Fit;
import org.keras4j.training.Run;
import org.keras4j.training.Trainer.StatelessLoss;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.callbacks.LambdaCallback;
import org.keras4j.training.metrics.Metric;

/** A model's state as values: losses of values of variables, trees of all of them; and limits of every training. */
class StatelessTrainingTest {
  private static final float[][] X = {{1, 2}, {3, 4}, {5, 6}, {7, 8}};
  private static final float[][] Y = {{1}, {2}, {3}, {4}};

  @AfterEach
  void withoutLimits() {
    Keras.setMaxEpochs(null);
    Keras.setMaxStepsPerEpoch(null);
    Keras.setInteractiveLogging(true);
  }

  private static Sequential model() {
    Sequential m = new Sequential(
        new Input(2),
        new Dense(2).kernelRegularizer("l2").name("first"),
        new BatchNormalization().name("norm"),
        new Dense(1).name("last"));
    m.compile("adam", "mse", "mae");
    m.fit(X, Y, Fit.epochs(1).verbose(0));
    return m;
  }

  private static List<Tensor> values(List<Variable> variables) {
    return variables.stream().map(Variable::value).toList();
  }

  private static List<Variable> metrics(Sequential m) {
    List<Variable> out = new ArrayList<>();
    for (Metric x : m.metrics()) {
      out.addAll(x.variables());
    }
    return out;
  }

  @Test
  void theLossOfValuesOfVariables() {
    Sequential m = model();
    List<Tensor> trainable = values(m.trainableVariables());
    List<Tensor> halved = trainable.stream()
        .map(t -> Ops.multiply(t, 0.5))
        .map(Tensor.class::cast)
        .toList();
    Tensor pred = m.invoke(X);
    List<Tensor> others = values(m.nonTrainableVariables());
    List<Tensor> metrics = values(metrics(m));
    StatelessLoss whole =
        m.statelessComputeLoss(trainable, others, metrics, X, Y, pred, null, false);
    StatelessLoss half = m.statelessComputeLoss(halved, others, metrics, X, Y, pred, null, false);
    // the data's part is the same for the same predictions; the penalty is a quarter
    double kernel = Ops.sum(Ops.square(trainable.get(0))).toNDArray().getDouble(0) * 0.01;
    assertEquals(
        whole.loss().toNDArray().getDouble(0) - 0.75 * kernel,
        half.loss().toNDArray().getDouble(0),
        1e-5);
    assertEquals(halved.get(0).toNDArray(), half.trainableVariables().get(0).toNDArray());
    assertEquals(
        trainable.get(0).toNDArray(), m.trainableVariables().get(0).value().toNDArray());
    assertEquals(metrics.size(), half.metricsVariables().size());
    assertThrows(
        IllegalArgumentException.class,
        () -> m.statelessComputeLoss(List.of(), others, metrics, X, Y, pred, null, false));
  }

  @Test
  @SuppressWarnings("unchecked")
  void allStateAsATree() {
    Sequential m = model();
    Map<String, Object> tree = m.getStateTree();
    assertEquals(
        List.of(
            "trainable_variables",
            "non_trainable_variables",
            "optimizer_variables",
            "metrics_variables"),
        List.copyOf(tree.keySet()));
    Map<String, Object> trainable = (Map<String, Object>) tree.get("trainable_variables");
    NDArray kernel = m.getLayer("last").getWeights().get(0);
    Map<String, Object> top =
        trainable.containsKey(m.name()) ? (Map<String, Object>) trainable.get(m.name()) : trainable;
    assertEquals(kernel, ((Map<?, ?>) top.get("last")).get("kernel"));
    m.fit(X, Y, Fit.epochs(2).verbose(0));
    assertTrue(!kernel.equals(m.getLayer("last").getWeights().get(0)));
    m.setStateTree(tree);
    assertEquals(kernel, m.getLayer("last").getWeights().get(0));
    assertEquals(tree.toString(), m.getStateTree().toString());
    IllegalArgumentException e = assertThrows(
        IllegalArgumentException.class,
        () -> m.setStateTree(Map.of("trainable_variables", Map.of("lost", Map.of("kernel", 1)))));
    assertTrue(e.getMessage().contains("lost/kernel"), e.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> m.setStateTree(new LinkedHashMap<>(Map.of("x", 1))));
  }

  @Test
  void everyTrainingIsLimited() {
    Keras.setMaxEpochs(2);
    Keras.setMaxStepsPerEpoch(3);
    Sequential m = model();
    int[] steps = {0};
    History h = m.fit(
        X,
        Y,
        Fit.epochs(9)
            .batchSize(1)
            .verbose(0)
            .callbacks(new LambdaCallback().onTrainBatchEnd((b, logs) -> steps[0]++)));
    assertEquals(2, h.get("loss").size());
    assertEquals(6, steps[0]);
    assertEquals(3, m.predict(new float[7][2], Run.batchSize(1)).shape().dim(0));
    Keras.setMaxStepsPerEpoch(50);
    assertEquals(7, m.predict(new float[7][2], Run.batchSize(1)).shape().dim(0));
    assertEquals(50, Keras.maxStepsPerEpoch());
    Keras.setMaxStepsPerEpoch(null);
    assertNull(Keras.maxStepsPerEpoch());
  }
}
