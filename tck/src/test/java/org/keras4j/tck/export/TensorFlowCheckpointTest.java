package org.keras4j.tck.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.backend.tensorflow.TensorFlowCheckpoint;
import org.keras4j.core.Keras;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.npy.Npz;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.models.Model;
import org.keras4j.training.Fit;
import org.keras4j.training.optimizers.Adam;
import org.tensorflow.EagerSession;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Checkpoints of TensorFlow: our own, one that Python's Keras wrote, and ours read by TensorFlow-Java. */
@Tag("several-backends")
class TensorFlowCheckpointTest {
  @AfterEach
  void back() {
    Keras.setBackend("pytorch");
  }

  /** The model of {@code scripts/check_checkpoints.py}. */
  private static Model model() {
    KerasTensor x = new Input(3).name("x").output();
    Tensor h = new Dense(4).activation("tanh").name("first").invoke(x);
    h = new BatchNormalization().name("norm").invoke(h);
    Model m = Model.of(x, new Dense(1).name("last").invoke(h));
    m.compile(new Adam(0.01).name("adam"), "mse");
    Objects.requireNonNull(m.optimizer()).build(m.trainableVariables());
    return m;
  }

  private static List<Variable> variables(Model m) {
    List<Variable> out = new ArrayList<>(m.variables());
    out.addAll(Objects.requireNonNull(m.optimizer()).variables());
    return out;
  }

  private static Path recorded(Path dir) throws IOException {
    for (String name : List.of("keras.index", "keras.data-00000-of-00001", "keras.npz")) {
      try (InputStream in =
          Objects.requireNonNull(TensorFlowCheckpointTest.class.getResourceAsStream(
              "/org/keras4j/tck/checkpoints/" + name))) {
        Files.copy(in, dir.resolve(name));
      }
    }
    return dir.resolve("keras");
  }

  @Test
  void readsWhatKerasWroteAndGoesOn(@TempDir Path dir) throws IOException {
    Path theirs = recorded(dir);
    Map<String, NDArray> known = Npz.read(dir.resolve("keras.npz"));
    List<float[]> after = new ArrayList<>();
    for (String backend : List.of("tensorflow", "pytorch")) {
      Keras.setBackend(backend);
      Model m = model();
      TensorFlowCheckpoint.restore(theirs, variables(m));
      NDArray x = known.get("x");
      assertArrayEquals(
          known.get("predictions").toFloatArray(), m.predict(x).toFloatArray(), 1e-5f);
      Variable iteration = Objects.requireNonNull(m.optimizer()).variables().stream()
          .filter(v -> v.path().equals("adam/iteration"))
          .findFirst()
          .orElseThrow();
      assertEquals(
          known.get("iteration").getLong(0), iteration.eager().toNDArray().getLong(0));
      m.fit(x, known.get("y"), Fit.epochs(2).batchSize(4).shuffle(false).verbose(0));
      after.add(m.predict(x).toFloatArray());
      Path folder = dir;
      String kept = System.getProperty("keras4j.checkpoints");
      if (kept != null) {
        folder = Files.createDirectories(Path.of(kept));
      }
      TensorFlowCheckpoint.write(folder.resolve("ours"), variables(m));
      Npz.write(
          folder.resolve("ours.npz"),
          Map.of(
              "x", x,
              "predictions", m.predict(x),
              "iteration", iteration.eager().toNDArray()));
      Model again = model();
      TensorFlowCheckpoint.restore(folder.resolve("ours"), variables(again));
      assertEquals(m.predict(x), again.predict(x));
      assertEquals(
          variables(m).stream().map(v -> v.eager().toNDArray()).toList(),
          variables(again).stream().map(v -> v.eager().toNDArray()).toList());
    }
    assertArrayEquals(after.get(0), after.get(1), 1e-4f);
  }

  @Test
  void isReadByTensorFlow(@TempDir Path dir) {
    Keras.setBackend("pytorch");
    Model m = model();
    Path prefix = dir.resolve("ours");
    TensorFlowCheckpoint.write(prefix, m.variables());
    assertTrue(TensorFlowCheckpoint.paths(prefix).contains("norm/moving_mean"));
    NDArray kernel = m.getLayer("first").getWeights().get(0);
    try (EagerSession session = EagerSession.create()) {
      Ops tf = Ops.create(session);
      TFloat32 got = (TFloat32) tf.train
          .restore(
              tf.constant(prefix.toString()),
              tf.array("first/kernel/.ATTRIBUTES/VARIABLE_VALUE"),
              tf.array(""),
              List.of(TFloat32.class))
          .tensors()
          .get(0)
          .asTensor();
      for (int i = 0; i < kernel.size(); i++) {
        assertEquals(kernel.getFloat(i), got.getFloat(i / 4, i % 4));
      }
    }
  }

  @Test
  void saysWhatDoesNotFit(@TempDir Path dir) throws IOException {
    Model m = model();
    Path prefix = dir.resolve("weights");
    TensorFlowCheckpoint.write(prefix, m.variables());
    Exception e = assertThrows(
        IllegalArgumentException.class, () -> TensorFlowCheckpoint.restore(prefix, variables(m)));
    assertTrue(e.getMessage().contains("adam/iteration"), e.getMessage());
    Dense other = new Dense(5).name("first");
    other.buildFor(org.keras4j.core.Shape.of(1, 3));
    e = assertThrows(
        IllegalArgumentException.class,
        () -> TensorFlowCheckpoint.restore(prefix, other.variables()));
    assertTrue(e.getMessage().contains("(3, 5)"), e.getMessage());
    Dense half = new Dense(4).name("first").dtype("float64");
    half.buildFor(org.keras4j.core.Shape.of(1, 3));
    assertThrows(
        IllegalArgumentException.class,
        () -> TensorFlowCheckpoint.restore(prefix, half.variables()));
    assertThrows(
        IllegalArgumentException.class,
        () -> TensorFlowCheckpoint.restore(dir.resolve("none"), m.variables()));
    Files.writeString(dir.resolve("bad.index"), "no index");
    assertThrows(
        IllegalArgumentException.class,
        () -> TensorFlowCheckpoint.restore(dir.resolve("bad"), m.variables()));
    assertThrows(
        IllegalArgumentException.class,
        () -> TensorFlowCheckpoint.write(
            prefix, List.of(m.variables().get(0), m.variables().get(0))));
  }
}
