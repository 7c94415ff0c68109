package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.initializers.GlorotUniform;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.layers.rnn.LSTM;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.tck.kit.KitTest;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.History;

/** Models learn by every optimizer, and go on from a file as if nothing had been. */
public final class TrainingTests {
  private static final List<String> OPTIMIZERS = List.of(
      "sgd",
      "rmsprop",
      "adam",
      "adamw",
      "adadelta",
      "adagrad",
      "adamax",
      "adafactor",
      "nadam",
      "ftrl",
      "lion",
      "lamb",
      "muon");

  private TrainingTests() {}

  /** The tests, for the backend in use. */
  public static List<KitTest> tests() {
    List<KitTest> out = new ArrayList<>();
    for (String o : OPTIMIZERS) {
      out.add(new KitTest("optimizer " + o, () -> optimizer(o)));
    }
    out.add(new KitTest(
        "a dense network learns",
        () -> learns(
            new Sequential(
                new Input(6), dense(16).activation("tanh"), dense(3).activation("softmax")),
            6)));
    out.add(new KitTest(
        "a convolutional network learns",
        () -> learns(
            new Sequential(
                new Input(6, 6, 1),
                new Conv2D(4, 3).activation("relu").kernelInitializer(new GlorotUniform().seed(5)),
                new MaxPooling2D(2),
                new BatchNormalization(),
                new Flatten(),
                new Dropout(0.1).seed(3),
                dense(3).activation("softmax")),
            6,
            6,
            1)));
    out.add(new KitTest(
        "a recurrent network learns",
        () -> learns(
            new Sequential(
                new Input(5, 2),
                new LSTM(8).kernelInitializer(new GlorotUniform().seed(5)),
                dense(3).activation("softmax")),
            5,
            2)));
    return out;
  }

  private static Dense dense(int units) {
    return new Dense(units).kernelInitializer(new GlorotUniform().seed(7));
  }

  private static NDArray data(long... shape) {
    NDArray x = NDArray.zeros(DType.FLOAT32, Shape.of(shape));
    for (int i = 0; i < x.size(); i++) {
      x.setDouble(i, Math.sin(1 + 3.7 * i * i % 101));
    }
    return x;
  }

  private static double loss(Model m, NDArray x, NDArray y) {
    return m.trainOnBatch(x, y).get("loss");
  }

  private static void optimizer(String name) throws IOException {
    NDArray x = data(8, 4);
    NDArray y = data(8, 2);
    Sequential m = new Sequential(new Input(4), dense(3).activation("tanh"), dense(2));
    m.compile(name, "mse");
    List<NDArray> before = m.getWeights();
    for (int i = 0; i < 3; i++) {
      assertTrue(Double.isFinite(loss(m, x, y)), name);
    }
    List<NDArray> after = m.getWeights();
    for (int i = 0; i < before.size(); i++) {
      assertTrue(
          !before.get(i).equals(after.get(i)), "weight " + i + " was not trained by " + name);
    }
    Path file = Files.createTempFile("keras4j-kit", ".keras");
    try {
      m.save(file);
      Model copy = Model.load(file);
      assertEquals(m.predict(x), copy.predict(x), "predictions out of a file");
      for (int i = 0; i < 2; i++) { // the state of the optimizer is in the file too
        assertEquals(loss(m, x, y), loss(copy, x, y), 1e-6, name + " after a file");
      }
    } finally {
      Files.delete(file);
    }
  }

  private static void learns(Sequential m, long... shape) {
    int n = 24;
    long[] all = new long[shape.length + 1];
    all[0] = n;
    System.arraycopy(shape, 0, all, 1, shape.length);
    NDArray x = data(all);
    NDArray y = NDArray.zeros(DType.INT32, Shape.of(n));
    for (int i = 0; i < n; i++) { // by where the first numbers lie
      double v = x.getDouble(i * (x.size() / n)) + x.getDouble(i * (x.size() / n) + 1);
      y.setLong(i, v < -0.4 ? 0 : v < 0.4 ? 1 : 2);
    }
    m.compile("adam", "sparse_categorical_crossentropy", "accuracy");
    m.optimizer().setLearningRate(0.02);
    History h = m.fit(x, y, Fit.epochs(30).batchSize(8).verbose(0).shuffle(false));
    List<Double> losses = h.history().get("loss");
    double first = losses.get(0);
    double last = losses.get(losses.size() - 1);
    assertTrue(last < 0.7 * first, () -> "the loss went from " + first + " to " + last);
    double evaluated = m.evaluate(x, y).get("loss");
    assertTrue(Double.isFinite(evaluated) && evaluated < first, "evaluated " + evaluated);
    assertEquals(Shape.of(n, 3), m.predict(x).shape());
  }
}
