package org.keras4j.benchmarks;

import java.util.List;
import java.util.SplittableRandom;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.ops.Ops;

/**
 * Inputs and targets of made-up numbers: floats from the normal distribution, tokens and labels from the
 * uniform one.
 *
 * @param x an array, or a list of arrays
 */
record SyntheticData(Object x, Object y) {
  private static final long SEED = 20240711;

  static SyntheticData of(Workload w, int rows, Sizes sizes) {
    SplittableRandom r = new SplittableRandom(SEED);
    return switch (w) {
      case MLP_TRAIN -> new SyntheticData(normal(r, rows, 784), labels(r, 10, rows));
      case CNN_TRAIN -> new SyntheticData(normal(r, rows, 28, 28, 1), labels(r, 10, rows));
      case RESNET50_INFER,
          RESNET50_INFER_32,
          RESNET50_TRAIN,
          MOBILENETV2_INFER,
          MOBILENETV2_INFER_32,
          EFFICIENTNETB0_INFER,
          EFFICIENTNETB0_INFER_32,
          CONVNEXTTINY_INFER,
          CONVNEXTTINY_INFER_32 ->
        new SyntheticData(normal(r, rows, sizes.side(), sizes.side(), 3), labels(r, 1000, rows));
      case LSTM_TRAIN ->
        new SyntheticData(labels(r, sizes.vocabulary(), rows, 80), binary(r, rows));
      case TRANSFORMER_TRAIN ->
        new SyntheticData(labels(r, sizes.vocabulary(), rows, 200), labels(r, 2, rows));
      case GPT2_TRAIN -> {
        int count = sizes == Sizes.FULL ? 50257 : sizes.vocabulary();
        yield new SyntheticData(
            labels(r, count, rows, sizes.context()), labels(r, count, rows, sizes.context()));
      }
      case DECODER_1B_TRAIN -> {
        int count = sizes == Sizes.FULL ? 128_256 : sizes.vocabulary();
        int time = w.tokens(sizes);
        yield new SyntheticData(labels(r, count, rows, time), labels(r, count, rows, time));
      }
      case BERT_LARGE_TRAIN -> {
        int count = sizes == Sizes.FULL ? 30522 : sizes.vocabulary();
        int time = w.tokens(sizes);
        yield new SyntheticData(
            List.of(labels(r, count, rows, time), labels(r, 2, rows, time)), labels(r, 2, rows));
      }
      case BERT_BASE_INFER ->
        new SyntheticData(
            List.of(labels(r, sizes.vocabulary(), rows, 128), labels(r, 2, rows, 128)),
            labels(r, 2, rows));
      case QUANTIZED -> {
        int width = sizes == Sizes.FULL ? 4096 : sizes.width();
        yield new SyntheticData(normal(r, rows, width), binary(r, rows));
      }
      case LLAMA_1B_DECODE, LLAMA_8B_DECODE ->
        throw new IllegalArgumentException(w + " begins with a text of its own and has no batches");
      case STRINGS ->
        new SyntheticData(StringInputs.WORDS.strings(r, rows, sizes), binary(r, rows));
      case FIT_LOOP, TABLES -> new SyntheticData(normal(r, rows, 20), binary(r, rows));
      case EAGER_OVERHEAD_3,
          EAGER_OVERHEAD_500,
          COMPILED_DISPATCH_3,
          COMPILED_DISPATCH_500,
          PREDICT_LATENCY -> new SyntheticData(normal(r, rows, 8), labels(r, 8, rows));
    };
  }

  private static NDArray normal(SplittableRandom r, long... dims) {
    NDArray out = NDArray.zeros(DType.FLOAT32, Shape.of(dims));
    for (int i = 0; i < out.size(); i += 2) {
      // two at once, by the polar form of the Box-Muller transform
      double u = Math.sqrt(-2 * Math.log(1 - r.nextDouble()));
      double v = 2 * Math.PI * r.nextDouble();
      out.setDouble(i, u * Math.cos(v));
      if (i + 1 < out.size()) {
        out.setDouble(i + 1, u * Math.sin(v));
      }
    }
    return out;
  }

  static NDArray labels(SplittableRandom r, int count, long... dims) {
    NDArray out = NDArray.zeros(DType.INT32, Shape.of(dims));
    for (int i = 0; i < out.size(); i++) {
      out.setLong(i, r.nextInt(count));
    }
    return out;
  }

  static NDArray binary(SplittableRandom r, int rows) {
    return labels(r, 2, rows, 1).astype(DType.FLOAT32);
  }

  /** The rows of one batch. */
  SyntheticData batch(int batch, int k) {
    return new SyntheticData(
        Nest.map(x, a -> ((NDArray) a).slice(k * batch, (k + 1) * batch)),
        ((NDArray) y).slice(k * batch, (k + 1) * batch));
  }

  /** These rows again and again, until there are that many. */
  SyntheticData repeated(int rows) {
    int[] indices = new int[rows];
    int have = (int) ((NDArray) y).shape().dim(0);
    for (int i = 0; i < rows; i++) {
      indices[i] = i % have;
    }
    return new SyntheticData(
        Nest.map(x, a -> ((NDArray) a).rows(indices)), ((NDArray) y).rows(indices));
  }

  /** The same on the device. */
  SyntheticData onDevice() {
    return new SyntheticData(Nest.map(x, Ops::convertToTensor), Ops.convertToTensor(y));
  }

  /** The bytes of a row of the inputs. */
  long rowBytes() {
    long bytes = 0;
    for (Object a : Nest.flatten(x)) {
      NDArray array = (NDArray) a;
      bytes += array.spec().bytes() / array.shape().dim(0);
    }
    return bytes;
  }
}
