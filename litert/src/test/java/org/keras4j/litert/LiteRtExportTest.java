package org.keras4j.litert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.convolution.DepthwiseConv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.pooling.GlobalAveragePooling2D;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;

/** Files run by the interpreter of TensorFlow Lite. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class LiteRtExportTest {
  private static Sequential images() {
    return new Sequential(
        new Input(16, 16, 3).name("image"),
        new Conv2D(16, 3).activation("relu"),
        new BatchNormalization(),
        new MaxPooling2D(2),
        new DepthwiseConv2D(3).padding("same"),
        new Conv2D(64, 3).padding("same").activation("silu"),
        new GlobalAveragePooling2D(),
        new Dropout(0.5),
        new Dense(64).activation("tanh"),
        new Dense(10).activation("softmax"));
  }

  private static NDArray numbers(int... shape) {
    long[] dims = new long[shape.length];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = shape[i];
    }
    NDArray a = NDArray.zeros(DType.FLOAT32, Shape.of(dims));
    Random r = new Random(1);
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, r.nextGaussian());
    }
    return a;
  }

  private static float[] run(Path file, NDArray x) {
    return LiteFile.run(file, List.of(x)).get(0).toFloatArray();
  }

  /** Batches of any size, and files that shrink with their weights. */
  @Test
  void givesWhatTheModelGives(@TempDir Path dir) throws IOException {
    Model model = images();
    NDArray x = numbers(3, 16, 16, 3);
    float[] expected = model.predict(x).toFloatArray();
    Path plain = dir.resolve("plain.tflite");
    model.export(plain, "litert");
    assertArrayEquals(expected, run(plain, x), 1e-5f);
    Path half = dir.resolve("half.tflite");
    LiteRtExport.float16().write(model, half);
    assertArrayEquals(expected, run(half, x), 2e-3f);
    Path small = dir.resolve("small.tflite");
    LiteRtExport.int8().write(model, small);
    assertArrayEquals(expected, run(small, x), 2e-2f);
    assertTrue(Files.size(half) < 0.75 * Files.size(plain), Files.size(half) + " bytes");
    assertTrue(Files.size(small) < 0.6 * Files.size(plain), Files.size(small) + " bytes");
  }

  /** The largest, their places and sorted rows, equal ones in their order. */
  @Test
  void ordersNumbers(@TempDir Path dir) {
    var in = new Input(7).output();
    List<Tensor> best = Ops.topK(in, 3);
    Tensor first = Ops.expandDims(Ops.argmax(in, -1), -1);
    Tensor last = Ops.expandDims(Ops.argmin(in, -1), -1);
    Model m = Model.of(
        in,
        Ops.concatenate(
            List.of(
                best.get(0),
                Ops.cast(best.get(1), "float32"),
                Ops.cast(first, "float32"),
                Ops.cast(last, "float32"),
                Ops.sort(in, -1),
                Ops.cast(Ops.argsort(in, -1), "float32")),
            -1));
    NDArray x = numbers(40, 7);
    for (int i = 0; i < x.size(); i += 3) {
      x.setDouble(i, Math.rint(x.getDouble(i))); // some that are equal
    }
    Path file = dir.resolve("orders.tflite");
    m.export(file, "litert");
    assertArrayEquals(m.predict(x).toFloatArray(), run(file, x));
  }

  /** What LiteRT has no operators for is said by name, and leaves no file. */
  @Test
  void saysWhatItCannotDo(@TempDir Path dir) {
    var in = new Input(4, 4).output();
    Model m = Model.of(in, Ops.erfinv(new Dense(4).activation("tanh").invoke(in)));
    Path file = dir.resolve("x.tflite");
    RuntimeException e = assertThrows(RuntimeException.class, () -> m.export(file, "litert"));
    assertTrue(
        String.valueOf(e.getMessage()).contains("cannot be exported to LiteRT"), e.getMessage());
    assertFalse(Files.exists(file));
  }
}
