package org.keras4j.tck.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Variable;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.core.SavedModelLayer;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.pooling.GlobalAveragePooling1D;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.training.Fit;
import org.keras4j.training.optimizers.SGD;

/** A network of a convolution, a normalization and a dense layer that TensorFlow made, trained and recorded. */
@Tag("tensorflow")
class SavedModelLayerTest {
  @TempDir
  Path dir;

  private Path folder;
  private Map<String, NDArray> recorded;

  @BeforeEach
  void read() throws IOException {
    for (String f : Programs.SAVED_MODEL) {
      Programs.file("tfnet/" + f, dir);
    }
    folder = dir.resolve("tfnet");
    recorded = Programs.recorded("tfnet.npz", dir);
  }

  private Sequential model() {
    return new Sequential(new Input(6, 6, 1), new SavedModelLayer(folder));
  }

  private void train(Model m) {
    m.compile(new SGD(0.1), "mse");
    List<Double> losses = m.fit(
            recorded.get("x"), recorded.get("y"), Fit.epochs(5).batchSize(4).verbose(0))
        .get("loss");
    for (int i = 0; i < 5; i++) {
      assertEquals(recorded.get("losses").getDouble(i), losses.get(i), 1e-5);
    }
  }

  @Test
  void computesAndTrainsAsTensorFlowDoes() {
    Model m = model();
    assertEquals(Shape.of(-1, 3), m.output().shape());
    Programs.close(recorded.get("eval"), m.predict(recorded.get("x")));
    train(m);
    Programs.close(recorded.get("after"), m.predict(recorded.get("x")));
    int seen = 0;
    for (Variable v : m.weights()) {
      NDArray want = recorded.get("state:" + v.name());
      if (want != null) {
        Programs.close(want, v.value().toNDArray());
        seen++;
      }
    }
    assertEquals(2, seen);
    assertEquals(5, m.weights().size());
    assertEquals(4, m.trainableWeights().size());
  }

  @Test
  void gradientsGoThroughIt() {
    Input in = new Input(6, 6, 1);
    var x = new Conv2D(1, 1).invoke(in.output());
    x = new SavedModelLayer(folder).invoke(x);
    Functional m = new Functional(in.output(), new Dense(3).invoke(x));
    m.compile(new SGD(0.05), "mse");
    NDArray before = m.weights().get(0).value().toNDArray();
    List<Double> losses = m.fit(
            recorded.get("x"), recorded.get("y"), Fit.epochs(8).batchSize(2).verbose(0))
        .get("loss");
    assertTrue(losses.get(7) < losses.get(0), losses.toString());
    assertNotEquals(before, m.weights().get(0).value().toNDArray());
  }

  @Test
  void isSavedWithItsWeights() throws IOException {
    Model m = model();
    train(m);
    Path saved = dir.resolve("m.keras");
    m.save(saved);
    Model again = Model.load(saved);
    Programs.close(recorded.get("after"), again.predict(recorded.get("x")));
    again.fit(recorded.get("x"), recorded.get("y"), Fit.epochs(1).verbose(0));
    Model copy = m.cloneModel();
    copy.setWeights(m.getWeights());
    Programs.close(recorded.get("after"), copy.predict(recorded.get("x")));
  }

  /** What the library exports trains on as the model would have. */
  @Test
  void exportsOfOursTrain() {
    Model images = new Sequential(
        new Input(6, 6, 1),
        new Conv2D(4, 3).activation("relu"),
        new BatchNormalization(),
        new MaxPooling2D(2),
        new Flatten(),
        new Dense(3).activation("softmax"));
    trainsAs(images, recorded.get("x"));
    Model words = new Sequential(
        new Input(5).dtype("int32"),
        new Embedding(7, 4),
        new GlobalAveragePooling1D(),
        new Dense(3));
    trainsAs(
        words,
        NDArray.of(new int[] {1, 2, 3, 4, 5, 6, 0, 1, 1, 2, 3, 3, 3, 3, 3, 0, 1, 0, 1, 6}, 4, 5));
  }

  private void trainsAs(Model m, NDArray x) {
    Path target = dir.resolve(m.name());
    m.export(target, "tf_saved_model");
    Model around = new Sequential(
        new Input(Arrays.copyOfRange(x.shape().toArray(), 1, x.rank())).dtype(x.dtype()),
        new SavedModelLayer(target));
    Programs.close(m.predict(x), around.predict(x));
    // frozen as a SavedModel is: a batch normalization uses its means
    m.layers().stream()
        .filter(BatchNormalization.class::isInstance)
        .forEach(l -> l.trainable(false));
    List<Double> own = losses(m, x);
    List<Double> others = losses(around, x);
    if (m.layers().stream().noneMatch(BatchNormalization.class::isInstance)) {
      for (int i = 0; i < own.size(); i++) {
        assertEquals(own.get(i), others.get(i), 1e-5);
      }
    }
    assertTrue(others.get(4) < others.get(0), others.toString());
  }

  private List<Double> losses(Model m, NDArray x) {
    m.compile(new SGD(0.1), "mse");
    return m.fit(x, recorded.get("y"), Fit.epochs(5).batchSize(4).verbose(0)).get("loss");
  }

  @Test
  void refusesWhatIsNone() throws IOException {
    Path empty = Files.createDirectories(dir.resolve("empty"));
    String said = assertThrows(IllegalArgumentException.class, () -> new SavedModelLayer(empty))
        .getMessage();
    assertTrue(said.contains("saved_model.pb"), said);
    String shape = assertThrows(
            IllegalArgumentException.class,
            () -> new Sequential(new Input(5, 5, 1), new SavedModelLayer(folder).name("net")))
        .getMessage();
    assertTrue(shape.contains("'net'") && shape.contains("6"), shape);
  }
}
