package org.keras4j.litert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.attention.MultiHeadAttention;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.convolution.DepthwiseConv2D;
import org.keras4j.layers.convolution.SeparableConv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.image.Resizing;
import org.keras4j.layers.merging.Add;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.normalization.LayerNormalization;
import org.keras4j.layers.pooling.AveragePooling2D;
import org.keras4j.layers.pooling.GlobalAveragePooling1D;
import org.keras4j.layers.pooling.GlobalAveragePooling2D;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.preprocessing.Normalization;
import org.keras4j.layers.preprocessing.Rescaling;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.layers.rnn.GRU;
import org.keras4j.layers.rnn.LSTM;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.training.Run;

/**
 * Models of all kinds as files of float32, float16 and int8 throughout, in TensorFlow Lite's interpreter: with {@code
 * -Dkeras4j.litert.models=all}, without it one as float32 and one as int8.
 */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class LiteRtModelsTest {
  private static final boolean ALL =
      System.getProperty("keras4j.litert.models", "").equals("all");
  private static final int VALUES = 20;

  @TempDir
  Path folder;

  /** The models. */
  enum Kind {
    IMAGES {
      @Override
      Model make() {
        return new Sequential(
            new Input(16, 16, 3),
            new Conv2D(8, 3).strides(2).padding("same").useBias(false),
            new BatchNormalization(),
            new org.keras4j.layers.activations.ReLU().maxValue(6.0),
            new DepthwiseConv2D(3).padding("same").activation("relu"),
            new MaxPooling2D(2),
            new Conv2D(16, 1).activation("relu"),
            new GlobalAveragePooling2D(),
            new Dense(10).activation("softmax"));
      }
    },
    RESIDUAL {
      @Override
      Model make() {
        KerasTensor x = new Input(12, 12, 4).output();
        Tensor y = new SeparableConv2D(4, 3).padding("same").activation("silu").invoke(x);
        Tensor z = new Add().invoke(List.of(x, new BatchNormalization().invoke(y)));
        z = new AveragePooling2D(2).invoke(z);
        return Model.of(x, new Dense(3).invoke(new Flatten().invoke(z)));
      }
    },
    ATTENTION {
      @Override
      Model make() {
        KerasTensor words = new Input(7).dtype("int32").output();
        Tensor x = new Embedding(VALUES, 8).invoke(words);
        Tensor y = new MultiHeadAttention(2, 4).invoke(x, CallArgs.of("value", x));
        x = new LayerNormalization().invoke(new Add().invoke(List.of(x, y)));
        x = new Add().invoke(List.of(x, new Dense(8).activation("gelu").invoke(x)));
        return Model.of(
            words,
            new Dense(3).activation("softmax").invoke(new GlobalAveragePooling1D().invoke(x)));
      }
    },
    RECURRENT {
      @Override
      Model make() {
        return new Sequential(
            new Input(6, 3), new LSTM(5).returnSequences(true), new GRU(4), new Dense(2));
      }
    },
    PREPROCESSING {
      @Override
      Model make() {
        Normalization normal = new Normalization();
        normal.adapt(new float[][][][] {{{{1, 2, 3}, {2, 5, 7}, {0, 1, -4}}}});
        return new Sequential(
            new Input(10, 12, 3),
            new Rescaling(0.5, -1),
            normal,
            new Resizing(6, 5),
            new Flatten(),
            new Dense(4).activation("tanh"));
      }
    };

    abstract Model make();
  }

  private static NDArray example(Model model, int batch, long seed) {
    Random random = new Random(seed);
    TensorSpec s = (TensorSpec) Nest.flatten(model.inputSpecs()).get(0);
    NDArray a = NDArray.zeros(s.dtype(), s.shape().with(0, batch));
    for (int i = 0; i < a.size(); i++) {
      if (s.dtype().isFloat()) {
        a.setDouble(i, random.nextGaussian());
      } else {
        a.setLong(i, random.nextInt(VALUES));
      }
    }
    return a;
  }

  private static List<NDArray> predicted(Model model, NDArray x) {
    List<NDArray> out = new ArrayList<>();
    Nest.flatten(model.predictNested(x, Run.defaults().verbose(0)))
        .forEach(a -> out.add((NDArray) a));
    return out;
  }

  /** The largest difference, as a share of the span of what is expected. */
  private static double difference(NDArray want, NDArray got) {
    assertEquals(want.shape(), got.shape());
    double low = 0;
    double high = 0;
    double worst = 0;
    for (int i = 0; i < want.size(); i++) {
      low = Math.min(low, want.getDouble(i));
      high = Math.max(high, want.getDouble(i));
      worst = Math.max(worst, Math.abs(want.getDouble(i) - got.getDouble(i)));
    }
    return worst / (high - low);
  }

  private static void check(Model model, Path file, double tolerance) {
    for (int batch : new int[] {1, 3}) {
      NDArray x = example(model, batch, 10 + batch);
      double d =
          difference(predicted(model, x).get(0), LiteFile.run(file, List.of(x)).get(0));
      assertTrue(d <= tolerance, file.getFileName() + ", batch " + batch + ": " + d);
    }
  }

  private static List<List<NDArray>> examples(Model model) {
    List<List<NDArray>> out = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      out.add(List.of(example(model, 4, 100 + i)));
    }
    return out;
  }

  @ParameterizedTest
  @EnumSource
  void asFloats(Kind kind) {
    assumeTrue(ALL || kind == Kind.RECURRENT, "the others by -Dkeras4j.litert.models=all");
    Model model = kind.make();
    Path file = folder.resolve(kind + ".tflite");
    model.export(file, "litert");
    check(model, file, 1e-4);
  }

  @ParameterizedTest
  @EnumSource
  void asHalves(Kind kind) {
    assumeTrue(ALL, "by -Dkeras4j.litert.models=all");
    Model model = kind.make();
    Path file = folder.resolve(kind + ".tflite");
    LiteRtExport.float16().write(model, file);
    check(model, file, 1e-2);
  }

  @ParameterizedTest
  @EnumSource
  void asBytesThroughout(Kind kind) {
    assumeTrue(ALL || kind == Kind.IMAGES, "the others by -Dkeras4j.litert.models=all");
    Model model = kind.make();
    Path file = folder.resolve(kind + ".tflite");
    LiteRtExport.int8(examples(model)).write(model, file);
    check(model, file, 0.1);
    int[] counts = LiteFile.floatsAndBytes(file);
    System.out.println(kind + ": " + counts[0] + " tensors of floats, " + counts[1] + " of bytes");
    assertTrue(kind != Kind.IMAGES || counts[0] <= 2, "only the edges are floats: " + counts[0]);
    assertTrue(counts[1] > 5, counts[1] + " of bytes");
  }

  @Test
  void examplesHaveToFit() {
    Model model = Kind.IMAGES.make();
    Path file = folder.resolve("none.tflite");
    String none = assertThrows(
            IllegalArgumentException.class, () -> LiteRtExport.int8(List.of()).write(model, file))
        .getMessage();
    assertTrue(none.contains("at least one"), none);
    List<List<NDArray>> wrong =
        List.of(List.of(NDArray.zeros(org.keras4j.core.DType.FLOAT32, Shape.of(2, 3))));
    String shape = assertThrows(
            IllegalArgumentException.class, () -> LiteRtExport.int8(wrong).write(model, file))
        .getMessage();
    assertTrue(shape.contains("shape"), shape);
    assertTrue(!Files.exists(file));
  }
}
