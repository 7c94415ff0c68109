package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.models.Sequential;
import org.keras4j.training.Fit;
import org.keras4j.training.StatelessTrainStep;
import org.keras4j.training.callbacks.History;

/** A loop of one's own over stateless steps, against fit. */
class StatelessTrainStepTest {
  private static final int ROWS = 22;
  private static final int BATCH = 8;

  private static NDArray array(int columns) {
    NDArray x = NDArray.zeros(DType.FLOAT32, Shape.of(ROWS, columns));
    for (int i = 0; i < x.size(); i++) {
      x.setDouble(i, Math.cos(5 * i));
    }
    return x;
  }

  private static Sequential model() {
    return new Sequential(
        new Input(3),
        new Dense(4).activation("relu").kernelRegularizer("l2"),
        new BatchNormalization(),
        new Dropout(0.3),
        new Dense(1));
  }

  @Test
  void learnsWhatFitLearns() {
    Sequential model = model();
    model.compile("adam", "mse", "mae");
    NDArray x = array(3);
    NDArray y = array(1);
    List<NDArray> start = model.getWeights();
    StatelessTrainStep step = StatelessTrainStep.of(model);
    StatelessTrainStep.State state = step.state(x, y);
    double loss = 0;
    double mae = 0;
    for (int i = 0; i < ROWS; i += BATCH) {
      int end = Math.min(ROWS, i + BATCH);
      StatelessTrainStep.Result r = step.call(state, x.slice(i, end), y.slice(i, end));
      state = r.state();
      loss = r.logs().get("loss").toNDArray().getDouble(0);
      mae = r.logs().get("mae").toNDArray().getDouble(0);
    }
    assertEquals(start, model.getWeights());
    History h = model.fit(x, y, Fit.epochs(1).batchSize(BATCH).shuffle(false).verbose(0));
    List<NDArray> fitted = model.getWeights();
    assertEquals(h.get("loss").get(0), loss, 1e-5);
    assertEquals(h.get("mae").get(0), mae, 1e-5);
    model.setWeights(start);
    step.store(state);
    List<NDArray> got = model.getWeights();
    for (int i = 0; i < fitted.size(); i++) {
      assertArrayEquals(fitted.get(i).toDoubleArray(), got.get(i).toDoubleArray(), 1e-5);
    }
    // and fit goes on from there
    model.fit(x, y, Fit.epochs(1).verbose(0));
  }

  @Test
  void saysWhatIsMissing() {
    Sequential model = model();
    assertThrows(IllegalStateException.class, () -> StatelessTrainStep.of(model));
    model.compile("sgd", "mse");
    StatelessTrainStep step = StatelessTrainStep.of(model);
    StatelessTrainStep.State s = step.state(array(3), array(1));
    StatelessTrainStep.State less =
        new StatelessTrainStep.State(s.trainable(), s.nonTrainable(), s.optimizer(), List.of());
    assertThrows(IllegalArgumentException.class, () -> step.call(less, array(3), array(1)));
    Sequential unbuilt = new Sequential(new Dense(2));
    unbuilt.compile("sgd", "mse");
    assertThrows(IllegalStateException.class, () -> StatelessTrainStep.of(unbuilt));
  }
}
