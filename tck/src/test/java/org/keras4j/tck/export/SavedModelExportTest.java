package org.keras4j.tck.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.core.TFSMLayer;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.models.Sequential;
import org.keras4j.training.Fit;
import org.keras4j.training.optimizers.Adam;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.types.TFloat32;

/** What is exported runs in TensorFlow-Java and predicts the same, whatever backend trained it. */
@Tag("several-backends")
class SavedModelExportTest {
  @AfterEach
  void back() {
    Keras.setBackend("pytorch");
  }

  private static Sequential model() {
    return new Sequential(
        new Input(8, 8, 1),
        new Conv2D(4, 3).activation("relu"),
        new BatchNormalization(),
        new MaxPooling2D(2),
        new Flatten(),
        new Dropout(0.5),
        new Dense(3).activation("softmax"));
  }

  private static NDArray images(int n) {
    NDArray x = NDArray.zeros(DType.FLOAT32, Shape.of(n, 8, 8, 1));
    for (int i = 0; i < x.size(); i++) {
      x.setDouble(i, Math.sin(i));
    }
    return x;
  }

  private static TFloat32 tensor(NDArray x) {
    int[] next = {0};
    return TFloat32.tensorOf(
        org.tensorflow.ndarray.Shape.of(x.shape().toArray()),
        t -> t.scalars().forEach(s -> s.setFloat(x.getFloat(next[0]++))));
  }

  private static void predictsTheSame(String backend, Path target) {
    Keras.setBackend(backend);
    Sequential model = model();
    model.compile(new Adam(1e-2), "sparse_categorical_crossentropy");
    NDArray labels = NDArray.zeros(DType.INT32, Shape.of(12));
    for (int i = 0; i < 12; i++) {
      labels.setLong(i, i % 3);
    }
    model.fit(images(12), labels, Fit.epochs(2).batchSize(4).verbose(0));
    model.export(target);
    try (SavedModelBundle bundle = SavedModelBundle.load(target.toString(), "serve")) {
      for (String name : List.of("serve", "serving_default")) {
        for (int batch : new int[] {1, 5}) {
          NDArray x = images(batch);
          NDArray expected = model.predict(x);
          String input =
              bundle.function(name).signature().inputNames().iterator().next();
          try (TFloat32 in = tensor(x);
              Result out = bundle.function(name).call(Map.of(input, in))) {
            TFloat32 y = (TFloat32) out.get("output_0").orElseThrow();
            assertEquals(org.tensorflow.ndarray.Shape.of(batch, 3), y.shape());
            for (int i = 0; i < expected.size(); i++) {
              assertEquals(expected.getFloat(i), y.getFloat(i / 3, i % 3), 1e-5f);
            }
          }
        }
      }
    }
  }

  @Test
  void trainedOnPyTorch(@TempDir Path dir) {
    predictsTheSame("pytorch", dir.resolve("exported"));
  }

  @Test
  void trainedOnTensorFlow(@TempDir Path dir) {
    predictsTheSame("tensorflow", dir.resolve("exported"));
  }

  @Test
  void loadsAsALayer(@TempDir Path dir) {
    Keras.setBackend("tensorflow");
    Sequential model = model();
    Path target = dir.resolve("exported");
    model.export(target);
    NDArray x = images(5);
    float[] expected = model.predict(x).toFloatArray();
    for (String backend : List.of("tensorflow", "pytorch")) {
      Keras.setBackend(backend);
      Sequential around = new Sequential(new Input(8, 8, 1), new TFSMLayer(target));
      assertArrayEquals(expected, around.predict(x).toFloatArray(), 1e-5f);
    }
    Exception e = assertThrows(
        IllegalArgumentException.class,
        () -> new Sequential(new Input(8, 8, 1), new TFSMLayer(target).callEndpoint("other")));
    assertTrue(e.getMessage().contains("serving_default"), e.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> new Sequential(new Input(8, 8, 1), new TFSMLayer(dir.resolve("none"))));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Sequential(new Input(9, 8, 1), new TFSMLayer(target)));
  }

  @Test
  void keepsWhatIsThere(@TempDir Path dir) {
    RuntimeException e = assertThrows(RuntimeException.class, () -> model().export(dir));
    assertTrue(e.getMessage().contains("exists"), e.getMessage());
    assertTrue(Files.notExists(dir.resolve("saved_model.pb")));
  }

  /** As TensorFlow Lite's converter looks for them, which runs the graph to read the variables. */
  @Test
  void variablesAreNodesOfTheirSharedNames(@TempDir Path dir) throws IOException {
    Path folder = dir.resolve("named");
    ServedModels.IMAGES.make().export(folder, "tf_saved_model");
    SavedModel saved = SavedModel.parseFrom(Files.readAllBytes(folder.resolve("saved_model.pb")));
    int variables = 0;
    for (NodeDef n : saved.getMetaGraphs(0).getGraphDef().getNodeList()) {
      if (n.getOp().equals("VarHandleOp")) {
        variables++;
        assertEquals(n.getName(), n.getAttrOrThrow("shared_name").getS().toStringUtf8());
      }
    }
    assertTrue(variables >= 8, variables + " variables");
  }
}
