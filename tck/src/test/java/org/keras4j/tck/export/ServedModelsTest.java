package org.keras4j.tck.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.keras4j.backend.tensorflow.TensorFlowTensors;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.npy.Npz;
import org.keras4j.core.spi.Backend;
import org.keras4j.models.Model;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.NdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/**
 * Models of all kinds, trained on PyTorch and exported as SavedModels, give in TensorFlow-Java what they give
 * here, for any batch.
 *
 * <p>With system property {@code keras4j.savedModels} set to a folder, that is where they are left, each with
 * its inputs and predictions, for {@code scripts/check_saved_models.py}.
 */
@Tag("several-backends")
class ServedModelsTest {
  private static final @Nullable String KEPT = System.getProperty("keras4j.savedModels");

  @TempDir
  Path temporary;

  @AfterEach
  void back() {
    Keras.setBackend("pytorch");
  }

  private static TType theirs(NDArray a) {
    if (a.dtype() == DType.STRING) {
      int[] next = {0};
      NdArray<String> strings = NdArrays.ofObjects(
          String.class, org.tensorflow.ndarray.Shape.of(a.shape().toArray()));
      strings.scalars().forEach(s -> s.setObject(a.getString(next[0]++)));
      return TString.tensorOf(strings);
    }
    Backend b = Keras.backend("tensorflow");
    try (EagerTensor t = new EagerTensor(b, b.fromHost(a, "cpu:0"))) {
      return TensorFlowTensors.to(t);
    }
  }

  private static void same(String what, NDArray expected, NDArray got) {
    assertEquals(expected.spec(), got.spec(), what);
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(
          expected.getDouble(i),
          got.getDouble(i),
          1e-5 * (1 + Math.abs(expected.getDouble(i))),
          what);
    }
  }

  private static void keep(Path target, List<NDArray> inputs, List<NDArray> outputs)
      throws IOException {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      arrays.put("in" + i, inputs.get(i));
    }
    for (int i = 0; i < outputs.size(); i++) {
      arrays.put("out" + i, outputs.get(i));
    }
    Npz.write(target, arrays);
  }

  @ParameterizedTest
  @EnumSource
  void predictTheSameInTensorFlow(ServedModels kind) throws IOException {
    Keras.setBackend("pytorch");
    Model model = kind.trained();
    List<String> outputs = kind == ServedModels.NAMED
        ? List.of("kind", "size")
        : IntStream.range(0, 10).mapToObj(i -> "output_" + i).toList();
    String name = kind.name().toLowerCase(Locale.ROOT);
    Path folder = KEPT == null ? temporary : Files.createDirectories(Path.of(KEPT));
    Path target = folder.resolve(name);
    model.export(target);
    List<String> names = model.inputNames();
    try (SavedModelBundle bundle = SavedModelBundle.load(target.toString(), "serve")) {
      for (int batch : new int[] {1, 5}) {
        List<NDArray> x = ServedModels.inputs(model, batch, batch);
        List<NDArray> expected = ServedModels.outputs(model, x);
        assertTrue(expected.get(0).size() > 0);
        Map<String, org.tensorflow.Tensor> named = new LinkedHashMap<>();
        for (int i = 0; i < x.size(); i++) {
          named.put(names.get(i), theirs(x.get(i)));
        }
        try (Result out = bundle.function("serving_default").call(named)) {
          for (int i = 0; i < expected.size(); i++) {
            TType y = (TType) out.get(outputs.get(i)).orElseThrow();
            same(
                name + " " + outputs.get(i),
                expected.get(i),
                TensorFlowTensors.from(y).toNDArray());
          }
        }
        named.values().forEach(org.tensorflow.Tensor::close);
        keep(folder.resolve(name + "_" + batch + ".npz"), x, expected);
      }
    }
  }
}
