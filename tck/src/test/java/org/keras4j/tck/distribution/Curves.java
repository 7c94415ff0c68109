package org.keras4j.tck.distribution;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.activations.Activation;
import org.keras4j.layers.attention.MultiHeadAttention;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.merging.Add;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.normalization.LayerNormalization;
import org.keras4j.layers.pooling.GlobalAveragePooling1D;
import org.keras4j.layers.pooling.GlobalAveragePooling2D;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.rnn.LSTM;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.optimizers.Adam;
import org.keras4j.training.optimizers.AdamW;
import org.keras4j.training.optimizers.SGD;

/** Models whose loss curves are compared, with data for them; always the same ones. */
enum Curves {
  /** Dropout, and metrics of several kinds. */
  MLP(Shape.of(12), 0) {
    @Override
    Model made() {
      Model m = new Sequential(
          new Input(12),
          new Dense(24).activation("relu").kernelRegularizer("l2"),
          new Dropout(0.3),
          new Dense(4).activation("softmax"));
      m.compile(new Adam(1e-3), "sparse_categorical_crossentropy", "accuracy");
      return m;
    }
  },
  /** Statistics of batches. */
  CONVNET(Shape.of(8, 8, 2), 0) {
    @Override
    Model made() {
      Model m = new Sequential(
          new Input(8, 8, 2),
          new Conv2D(6, 3).padding("same").useBias(false),
          new BatchNormalization(),
          new Activation("relu"),
          new MaxPooling2D(2),
          new Conv2D(8, 3),
          new BatchNormalization(),
          new Activation("relu"),
          new GlobalAveragePooling2D(),
          new Dense(4));
      m.compile(
          new SGD(0.02).momentum(0.9),
          new org.keras4j.training.losses.SparseCategoricalCrossentropy().fromLogits(true),
          "accuracy");
      return m;
    }
  },
  /** Embeddings, attention, clipping by the norm of all gradients. */
  TRANSFORMER(Shape.of(7), 20) {
    @Override
    Model made() {
      KerasTensor words = new Input(7).dtype("int32").output();
      Tensor x = new Embedding(20, 8).invoke(words);
      Tensor y = new MultiHeadAttention(2, 4).invoke(x, CallArgs.of("value", x));
      x = new LayerNormalization().invoke(new Add().invoke(List.of(x, y)));
      Tensor z = new Dense(8).invoke(new Dense(16).activation("gelu").invoke(x));
      x = new LayerNormalization().invoke(new Add().invoke(List.of(x, z)));
      x = new GlobalAveragePooling1D().invoke(x);
      Model m = Model.of(words, new Dense(4).activation("softmax").invoke(x));
      m.compile(new AdamW(1e-3).globalClipnorm(1.0), "sparse_categorical_crossentropy", "accuracy");
      return m;
    }
  },
  /** A loop over time. */
  RECURRENT(Shape.of(6, 3), 0) {
    @Override
    Model made() {
      Model m = new Sequential(
          new Input(6, 3), new LSTM(5).returnSequences(true), new LSTM(4), new Dense(4));
      m.compile(
          new Adam(1e-3),
          new org.keras4j.training.losses.SparseCategoricalCrossentropy().fromLogits(true));
      return m;
    }
  },
  /** A class for each word, of logits that are made block by block. */
  WORDS(Shape.of(7), 20) {
    @Override
    Model made() {
      Model m = new Sequential(new Input(7).dtype("int32"), new Embedding(20, 8), new Dense(20));
      m.compile(
          new Adam(1e-2),
          new org.keras4j.training.losses.SparseCategoricalCrossentropy()
              .fromLogits(true)
              .blockRows(30));
      return m;
    }

    @Override
    NDArray y(int rows) {
      return x(rows);
    }
  };

  static final int CLASSES = 4;

  private final Shape sample;
  private final int words;

  Curves(Shape sample, int words) {
    this.sample = sample;
    this.words = words;
  }

  abstract Model made();

  /** The model, always with the same weights and seeds. */
  Model model() {
    synchronized (Curves.class) {
      SeedGenerator.setRandomSeed(11);
      return made();
    }
  }

  NDArray x(int rows) {
    Random random = new Random(5);
    NDArray x = NDArray.zeros(words > 0 ? DType.INT32 : DType.FLOAT32, sample.insert(0, rows));
    for (int i = 0; i < x.size(); i++) {
      x.setDouble(i, words > 0 ? random.nextInt(words) : random.nextGaussian());
    }
    return x;
  }

  NDArray y(int rows) {
    Random random = new Random(6);
    int[] y = new int[rows];
    for (int i = 0; i < rows; i++) {
      y[i] = random.nextInt(CLASSES);
    }
    return NDArray.of(y, rows);
  }

  /** The losses of steps on batches of 13 samples, which divide among no number of ranks, of 52. */
  List<Double> losses(Model m, int steps) {
    NDArray x = x(52);
    NDArray y = y(52);
    List<Double> out = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      int from = 13 * (i % 4);
      out.add(m.trainOnBatch(x.slice(from, from + 13), y.slice(from, from + 13)).get("loss"));
    }
    return out;
  }
}
