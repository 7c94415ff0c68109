package org.keras4j.layers.quantization;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.ops.Ops;

/**
 * Rounds the weights of one input after the other, and lets those of later inputs make up for what was lost, as the
 * second moments of the inputs say (Frantar et al. 2022, arXiv:2210.17323).
 */
final class GPTQ implements Calibration {
  private static final int BLOCK = 128;

  private final GPTQConfig config;
  private final int inputs;
  private final Variable moments; // 2 / count * sum(x x^T)
  private long count;

  GPTQ(GPTQConfig config, int inputs) {
    this.config = config;
    this.inputs = inputs;
    this.moments = new Variable(
        "moments",
        new TensorSpec(Shape.of(inputs, inputs), DType.FLOAT32),
        false,
        () -> Ops.zeros(Shape.of(inputs, inputs), DType.FLOAT32));
  }

  @Override
  public void add(Tensor x) {
    long n = x.shape().dim(0);
    if (n == 0) {
      return;
    }
    Tensor floats = Ops.cast(x, DType.FLOAT32);
    Tensor products = Ops.matmul(Ops.transpose(floats), floats);
    long total = count + n;
    moments.assign(Ops.add(
        Ops.multiply(moments.value(), (double) count / total),
        Ops.multiply(products, 2.0 / total)));
    count = total;
  }

  @Override
  public long count() {
    return count;
  }

  @Override
  public Integers quantized(float[] kernel, int outputs) {
    double[] inverse = new double[inputs * inputs];
    double[] importance = new double[inputs];
    invert(inverse, importance);
    int[] order = IntStream.range(0, inputs).toArray();
    if (config.isActivationOrder()) {
      order = IntStream.range(0, inputs)
          .boxed()
          .sorted(Comparator.comparingDouble(i -> -importance[i]))
          .mapToInt(i -> i)
          .toArray();
    }
    int size = config.groupSize() == -1 ? inputs : config.groupSize();
    int groups = (inputs + size - 1) / size;
    Integers out = new Integers(
        new int[outputs * inputs],
        new float[outputs * groups],
        new int[outputs * groups],
        null,
        new float[inputs]);
    float[][] rows = new float[inputs][]; // in the order in which they are rounded
    for (int i = 0; i < inputs; i++) {
      int from = order[i] * outputs;
      rows[i] = Arrays.copyOfRange(kernel, from, from + outputs);
      out.groups()[order[i]] = (float) i / size;
    }
    double[] ordered = new double[inverse.length];
    for (int i = 0; i < inputs; i++) {
      for (int j = 0; j < inputs; j++) {
        ordered[i * inputs + j] = inverse[order[i] * inputs + order[j]];
      }
    }
    for (int start = 0; start < inputs; start += BLOCK) {
      int end = Math.min(start + BLOCK, inputs);
      round(rows, start, end, ordered, order, size, out);
    }
    return out;
  }

  // the inverse of the moments, dampened
  private void invert(double[] inverse, double[] importance) {
    double[] h = Ops.cast(moments.value(), DType.FLOAT64).toNDArray().toDoubleArray();
    double mean = 0;
    for (int i = 0; i < inputs; i++) {
      int at = i * inputs + i;
      if (h[at] == 0) { // never active
        h[at] = 1;
      }
      mean += h[at] / inputs;
    }
    for (int i = 0; i < inputs; i++) {
      importance[i] = h[i * inputs + i] += config.hessianDamping() * mean;
    }
    Tensor found = Ops.inv(Ops.array(NDArray.of(h, inputs, inputs)));
    System.arraycopy(found.toNDArray().toDoubleArray(), 0, inverse, 0, inverse.length);
  }

  // a block of inputs; what later blocks have to make up for is gathered and handed on at its end
  private void round(
      float[][] rows, int start, int end, double[] inverse, int[] order, int size, Integers out) {
    int outputs = rows[0].length;
    int groups = out.scales().length / outputs;
    int most = (1 << config.weightBits()) - 1;
    float[][] block = new float[end - start][];
    for (int i = start; i < end; i++) {
      block[i - start] = rows[i].clone();
    }
    float[][] errors = new float[end - start][outputs];
    for (int i = start; i < end; i++) {
      int group = i / size;
      if (i % size == 0) {
        fit(rows, i, Math.min(i + size, rows.length), group, groups, out);
      }
      float own = (float) inverse[i * rows.length + i];
      float[] row = block[i - start];
      float[] error = errors[i - start];
      for (int o = 0; o < outputs; o++) {
        float scale = out.scales()[o * groups + group];
        int zero = out.zeros()[o * groups + group];
        int q = ZeroPoints.quantize(row[o], scale, zero, most);
        out.values()[o * rows.length + order[i]] = q;
        error[o] = (row[o] - ZeroPoints.dequantize(q, scale, zero)) / own;
      }
      for (int j = i + 1; j < end; j++) {
        subtract(block[j - start], error, (float) inverse[i * rows.length + j]);
      }
    }
    for (int j = end; j < rows.length; j++) {
      for (int i = start; i < end; i++) {
        subtract(rows[j], errors[i - start], (float) inverse[i * rows.length + j]);
      }
    }
  }

  private static void subtract(float[] from, float[] x, float factor) {
    for (int o = 0; o < from.length; o++) {
      from[o] -= x[o] * factor;
    }
  }

  // scale and zero of a group, of each output or of all
  private void fit(float[][] rows, int from, int to, int group, int groups, Integers out) {
    int outputs = rows[0].length;
    float[] low = new float[outputs];
    float[] high = new float[outputs];
    for (int i = from; i < to; i++) {
      for (int o = 0; o < outputs; o++) {
        low[o] = i == from ? rows[i][o] : Math.min(low[o], rows[i][o]);
        high[o] = i == from ? rows[i][o] : Math.max(high[o], rows[i][o]);
      }
    }
    ZeroPoints points = new ZeroPoints(config.weightBits(), config.isSymmetric());
    if (!config.isPerChannel()) {
      for (int o = 1; o < outputs; o++) {
        low[0] = Math.min(low[0], low[o]);
        high[0] = Math.max(high[0], high[o]);
      }
      Arrays.fill(low, low[0]);
      Arrays.fill(high, high[0]);
    }
    for (int o = 0; o < outputs; o++) {
      points.fit(low[o], high[o]);
      out.scales()[o * groups + group] = points.scale();
      out.zeros()[o * groups + group] = points.zero();
    }
  }
}
