package org.keras4j.tck.saving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.core.io.ReadLimits;
import org.keras4j.models.Load;
import org.keras4j.models.Model;
import org.keras4j.saving.ModelFileException;

/** Models of layers of TensorFlow.js; scripts/check_tfjs_models.py reads real ones. */
class LayersModelTest {
  private static final String JSON = """
      {"format": "layers-model", "modelTopology": {"keras_version": "2.2.4", "backend": "tensorflow", "model_config":
      {"class_name": "Sequential", "config": {"name": "s", "layers": [
      {"class_name": "Dense", "config": {"name": "one", "trainable": true, "batch_input_shape": [null, 2], "dtype": "float32",
       "units": 2, "activation": "linear", "use_bias": true,
       "kernel_initializer": {"class_name": "VarianceScaling", "config": {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform"}},
       "bias_initializer": {"class_name": "Zeros", "config": {}}, "kernel_regularizer": null, "bias_regularizer": null,
       "activity_regularizer": null, "kernel_constraint": null, "bias_constraint": null}},
      {"class_name": "Dense", "config": {"name": "two", "trainable": true, "units": 1, "activation": "linear", "use_bias": true,
       "kernel_initializer": {"class_name": "Zeros", "config": {}}, "bias_initializer": {"class_name": "Zeros", "config": {}},
       "kernel_regularizer": null, "bias_regularizer": null, "activity_regularizer": null, "kernel_constraint": null,
       "bias_constraint": null}}]}}},
      "weightsManifest": [{"paths": ["a.bin", "b.bin"], "weights": [
      {"name": "two/kernel", "shape": [2, 1], "dtype": "float32", "quantization": {"dtype": "uint16", "scale": 0.5, "min": -1}},
      {"name": "two/bias", "shape": [1], "dtype": "float32"},
      {"name": "one/kernel", "shape": [2, 2], "dtype": "float32", "quantization": {"dtype": "uint8", "scale": 0.25, "min": -2}},
      {"name": "one/bias", "shape": [2], "dtype": "float32", "quantization": {"dtype": "float16"}}]}]}
      """;

  @TempDir
  Path folder;

  private Path file;
  private byte[] bytes;

  @BeforeEach
  void write() throws IOException {
    ByteBuffer b = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    b.putShort((short) 6).putShort((short) 65535); // 2 and 32766.5
    b.putFloat(0.75f);
    b.put(new byte[] {8, 12, (byte) 200, 0}); // 0, 1, 48, -2
    b.putShort((short) 0x3c00).putShort((short) 0xc000); // 1 and -2
    bytes = b.array();
    file = folder.resolve("model.json");
    Files.writeString(file, JSON);
    shards(7);
  }

  private void shards(int cut) throws IOException {
    Files.write(folder.resolve("a.bin"), Arrays.copyOf(bytes, cut));
    Files.write(folder.resolve("b.bin"), Arrays.copyOfRange(bytes, cut, bytes.length));
  }

  @Test
  void integersAndHalvesStandForNumbersAndLieInSeveralFiles() throws IOException {
    for (int cut : new int[] {0, 1, 7, 8, 15, 16}) {
      shards(cut);
      Model model = Model.load(file);
      assertEquals(
          NDArray.of(new float[] {0, 1, 48, -2}, 2, 2), model.getWeights().get(0));
      assertEquals(NDArray.of(new float[] {1, -2}, 2), model.getWeights().get(1));
      assertEquals(
          NDArray.of(new float[] {2, 32766.5f}, 2, 1), model.getWeights().get(2));
      NDArray y = model.predict(NDArray.of(new float[] {1, 0}, 1, 2));
      assertEquals(2 * 1 - 32766.5 + 0.75, y.getDouble(0), 1e-2);
    }
  }

  private void assertRefused(String json, String word) throws IOException {
    Files.writeString(file, json);
    ModelFileException e = assertThrows(ModelFileException.class, () -> Model.load(file));
    assertTrue(e.getMessage().contains(word), e.getMessage());
  }

  @Test
  void hostileAndDamagedOnesAreRefused() throws IOException {
    for (String path :
        new String[] {"../a.bin", "/a.bin", "x/../../a.bin", "http://x/a.bin", "c:\\\\a"}) {
      assertRefused(JSON.replace("\"a.bin\"", "\"" + path + "\""), "not beside it");
    }
    assertRefused(JSON.replace("\"a.bin\"", "\"c.bin\""), "missing");
    assertRefused(JSON.replace("[2, 1], \"dtype\"", "[2, 100000], \"dtype\""), "beyond");
    assertRefused(JSON.replace("[2, 1], \"dtype\"", "[1], \"dtype\""), "bytes");
    assertRefused(JSON.replace("[2, 1], \"dtype\"", "[1, 2], \"dtype\""), "shape");
    assertRefused(JSON.replace("[2, 1], \"dtype\"", "[-2, -1], \"dtype\""), "two/kernel");
    assertRefused(JSON.replace("\"scale\": 0.5", "\"scale\": null"), "two/kernel");
    assertRefused(JSON.replace("uint16", "uint4"), "uint4");
    assertRefused(JSON.replace("one/bias", "two/bias"), "two weights");
    assertRefused(JSON.replace("\"units\": 2", "\"units\": 2000000000"), "");
    assertRefused(JSON.replace("weightsManifest", "other"), "weightsManifest");
    assertRefused("{}", "modelTopology");
    assertRefused("[", "JSON");
    Files.writeString(file, JSON);
    ReadLimits small = ReadLimits.builder().maxConfigBytes(100).build();
    assertThrows(
        ModelFileException.class, () -> Model.load(file, Load.defaults().limits(small)));
  }
}
