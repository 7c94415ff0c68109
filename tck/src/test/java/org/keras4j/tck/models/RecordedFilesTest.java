package org.keras4j.tck.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;

/** Files of Keras in several parts, and models cut out of its models. */
class RecordedFilesTest {
  private static final double NEAR = 1e-5;

  @Test
  void weightsInSeveralFiles() {
    Functional model = Recorded.model();
    model.compile("adam", "mse");
    model.loadWeights(Recorded.file("sharded.weights.json"));
    assertEquals(
        0, Recorded.distance(Recorded.array("y"), model.predict(Recorded.array("x"))), NEAR);
    Model whole = Model.load(Recorded.file("model.keras"));
    assertEquals(whole.getWeights(), model.getWeights());
    for (int i = 0; i < whole.optimizer().variables().size(); i++) {
      assertEquals(
          whole.optimizer().variables().get(i).value().toNDArray(),
          model.optimizer().variables().get(i).value().toNDArray());
    }
  }

  @Test
  void weightsOutOfAModelFile() {
    Functional model = Recorded.model();
    model.loadWeights(Recorded.file("model.keras"));
    assertEquals(
        0, Recorded.distance(Recorded.array("y"), model.predict(Recorded.array("x"))), NEAR);
  }

  @Test
  void aModelAsAFolder() {
    Model model = Model.load(Recorded.file("folder"));
    assertTrue(model.isCompiled());
    assertEquals(
        0, Recorded.distance(Recorded.array("fy"), model.predict(Recorded.array("fx"))), NEAR);
  }

  @Test
  void modelsCutOutOfOthersPredictWhatKerassDo() {
    Model model = Model.load(Recorded.file("model.keras"));
    Functional front = Model.of(model.inputs(), model.getLayer("pool").output());
    Functional back = Model.of(model.getLayer("pool").output(), model.outputs());
    assertEquals(
        0, Recorded.distance(Recorded.array("pool"), front.predict(Recorded.array("x"))), NEAR);
    assertEquals(
        0, Recorded.distance(Recorded.array("back"), back.predict(Recorded.array("pool"))), NEAR);
  }
}
