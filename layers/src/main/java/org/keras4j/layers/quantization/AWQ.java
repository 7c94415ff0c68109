package org.keras4j.layers.quantization;

import java.util.Arrays;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.ops.Ops;

/**
 * Multiplies the weights of inputs by a power of the inputs' largest magnitudes before they are rounded, the one of some
 * powers from 0 to 1 that loses least (Lin et al. 2023, arXiv:2306.00978).
 */
final class AWQ implements Calibration {
  private static final int BITS = 4;

  private final AWQConfig config;
  private final int inputs;
  private final Variable magnitudes;
  private long count;

  AWQ(AWQConfig config, int inputs) {
    this.config = config;
    this.inputs = inputs;
    this.magnitudes = new Variable(
        "magnitudes",
        new TensorSpec(Shape.of(inputs), DType.FLOAT32),
        false,
        () -> Ops.zeros(Shape.of(inputs), DType.FLOAT32));
  }

  @Override
  public void add(Tensor x) {
    long n = x.shape().dim(0);
    if (n > 0) {
      Tensor most = Ops.max(Ops.abs(Ops.cast(x, DType.FLOAT32)), 0);
      magnitudes.assign(Ops.maximum(magnitudes.value(), most));
      count += n;
    }
  }

  @Override
  public long count() {
    return count;
  }

  @Override
  public Integers quantized(float[] kernel, int outputs) {
    float[] seen = magnitudes.value().toNDArray().toFloatArray();
    for (int i = 0; i < inputs; i++) {
      seen[i] = seen[i] < 1e-8f ? 1 : seen[i];
    }
    Integers best = null;
    double least = Double.POSITIVE_INFINITY;
    for (int step = 0; step <= config.numGridPoints(); step++) {
      float[] factors = factors(seen, (double) step / config.numGridPoints());
      Integers made = rounded(kernel, outputs, factors);
      double lost = lost(kernel, outputs, made, factors, seen);
      if (best == null || lost < least) {
        best = made;
        least = lost;
      }
    }
    return java.util.Objects.requireNonNull(best);
  }

  private static float[] factors(float[] seen, double power) {
    float[] out = new float[seen.length];
    float low = Float.POSITIVE_INFINITY;
    float high = 0;
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) Math.max(Math.pow(seen[i], power), 1e-4);
      low = Math.min(low, out[i]);
      high = Math.max(high, out[i]);
    }
    float middle = (float) Math.max(Math.sqrt(low * high), 1e-8);
    for (int i = 0; i < out.length; i++) {
      out[i] /= middle;
    }
    return out;
  }

  private Integers rounded(float[] kernel, int outputs, float[] factors) {
    int size = config.groupSize() == -1 ? inputs : config.groupSize();
    int groups = (inputs + size - 1) / size;
    Integers out = new Integers(
        new int[outputs * inputs],
        new float[outputs * groups],
        new int[outputs * groups],
        factors,
        new float[inputs]);
    float[] low = new float[outputs];
    float[] high = new float[outputs];
    ZeroPoints points = new ZeroPoints(BITS, false);
    for (int group = 0; group < groups; group++) {
      int from = group * size;
      int to = Math.min(from + size, inputs);
      Arrays.fill(low, 0); // which is in all ranges
      Arrays.fill(high, 0);
      for (int i = from; i < to; i++) {
        out.groups()[i] = group;
        for (int o = 0; o < outputs; o++) {
          float w = kernel[i * outputs + o] * factors[i];
          low[o] = Math.min(low[o], w);
          high[o] = Math.max(high[o], w);
        }
      }
      for (int o = 0; o < outputs; o++) {
        points.fit(low[o], high[o]);
        out.scales()[o * groups + group] = points.scale();
        out.zeros()[o * groups + group] = points.zero();
        for (int i = from; i < to; i++) {
          float w = kernel[i * outputs + o] * factors[i];
          out.values()[o * inputs + i] =
              ZeroPoints.quantize(w, points.scale(), points.zero(), (1 << BITS) - 1);
        }
      }
    }
    return out;
  }

  // errors of weights, weighted by the squares of what they are multiplied by
  private double lost(float[] kernel, int outputs, Integers made, float[] factors, float[] seen) {
    int groups = made.scales().length / outputs;
    double sum = 0;
    for (int i = 0; i < inputs; i++) {
      int group = (int) made.groups()[i];
      for (int o = 0; o < outputs; o++) {
        int at = o * groups + group;
        float w = ZeroPoints.dequantize(
            made.values()[o * inputs + i], made.scales()[at], made.zeros()[at]);
        double error = (kernel[i * outputs + o] - w / factors[i]) * (double) seen[i];
        sum += error * error;
      }
    }
    return sum;
  }
}
