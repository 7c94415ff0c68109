package org.keras4j.benchmarks;

import java.util.List;
import java.util.SplittableRandom;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorScope;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.pooling.GlobalAveragePooling1D;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;

/**
 * Integers in the place of float weights: the time of {@code predictOnBatch}, the bytes of the weights, and how far what is predicted
 * is from what floats predict. Of two networks: a layer of Dense as wide as one of a language model, and a classifier of texts (an
 * embedding, two layers of Dense), each with float32, int8 and int4 weights.
 */
final class QuantizedBench {
  private static final int TOKENS = 80;

  private QuantizedBench() {}

  /** A layer of Dense whose kernel is a square. */
  static Model dense(Sizes sizes) {
    int width = sizes == Sizes.FULL ? 4096 : sizes.width();
    return new Sequential(new Input(width), new Dense(width).name("dense")).name("wide");
  }

  private static Model classifier(Sizes sizes) {
    int width = sizes.width();
    return new Sequential(
            new Input(TOKENS).dtype("int32"),
            new Embedding(sizes.vocabulary(), width),
            new GlobalAveragePooling1D(),
            new Dense(width).activation("relu"),
            new Dense(10).activation("softmax"))
        .name("classifier");
  }

  static void run(Measurement m) {
    network(m, "dense", m.model, m.data(m.batch).x());
    NDArray tokens = SyntheticData.labels(
        new SplittableRandom(1), m.options.sizes().vocabulary(), m.batch, TOKENS);
    network(m, "classifier", classifier(m.options.sizes()), tokens);
  }

  private static void network(Measurement m, String name, Model floats, Object x) {
    NDArray expected = (NDArray) floats.predictOnBatch(x);
    for (String mode : List.of("float32", "int8", "int4")) {
      Model model = mode.equals("float32") ? floats : floats.cloneModel();
      if (model != floats) {
        model.setWeights(floats.getWeights());
        model.quantize(mode);
      }
      Samples s = Samples.take(
          k -> {
            try (TensorScope scope = new TensorScope()) {
              model.predictOnBatch(x);
            }
          },
          1,
          m.steps,
          m.options.maxSeconds() / 6);
      long bytes = model.weights().stream().mapToLong(v -> v.spec().bytes()).sum();
      m.emit(m.row(name + ":" + mode)
          .put(s, m.batch)
          .put("weights_mb", Row.round(bytes / 1e6, 3))
          .put("far", Row.round(far(expected, (NDArray) model.predictOnBatch(x)), 6)));
    }
  }

  /** The distance of two arrays by the size of the first. */
  private static double far(NDArray a, NDArray b) {
    double apart = 0;
    double size = 0;
    for (int i = 0; i < a.size(); i++) {
      double d = a.getDouble(i) - b.getDouble(i);
      apart += d * d;
      size += a.getDouble(i) * a.getDouble(i);
    }
    return Math.sqrt(apart / size);
  }
}
