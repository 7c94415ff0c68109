package org.keras4j.layers.core;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.layers.quantization.CalibratedConfig;
import org.keras4j.layers.quantization.Calibration;
import org.keras4j.layers.quantization.QuantizationConfig;
import org.keras4j.ops.Ops;

/** What a layer gathers of its inputs before its kernel becomes integers by it. */
final class KernelCalibration {
  private final String label;
  private final CalibratedConfig<?> config;
  private final Calibration gathered;
  private final int inputs;

  /**
   * Begins it.
   *
   * @param label of the layer
   * @param kernel the kernel's shape
   * @throws UnsupportedOperationException if the kernel is no matrix of inputs and outputs when it is laid out flat
   */
  KernelCalibration(
      String label, CalibratedConfig<?> config, String equation, int inputRank, Shape kernel) {
    EinsumLabels labels = EinsumLabels.of(equation, inputRank);
    int summed = 0;
    while (summed < kernel.rank() && labels.isSummed(summed)) {
      summed++;
    }
    String first = labels.weight().substring(0, summed);
    String others = labels.weight().substring(summed);
    boolean flat = summed > 0
        && others.chars().allMatch(c -> labels.output().indexOf(c) >= 0)
        && others.chars().noneMatch(c -> labels.input().indexOf(c) >= 0)
        && labels.input().endsWith(first);
    if (!flat) {
      throw new UnsupportedOperationException(label + ": its kernel '" + labels.weight()
          + "' of the"
          + " sum " + labels.forward() + " is no matrix of inputs and outputs, as " + config.mode()
          + " needs it");
    }
    this.label = label;
    this.config = config;
    this.inputs = Math.toIntExact(kernel.slice(0, summed).size());
    this.gathered = config.calibration(inputs);
  }

  /** Takes the inputs of a call into account, unless it only makes a graph. */
  void add(Tensor x) {
    if (x instanceof EagerTensor) {
      gathered.add(Ops.reshape(x, Shape.of(-1, inputs)));
    }
  }

  /**
   * The kernel as integers.
   *
   * @param begun what was begun; null if nothing was
   * @throws IllegalStateException if it was not begun for this config, or no input was seen
   */
  static Calibration.Integers finish(
      String label, @Nullable KernelCalibration begun, QuantizationConfig config, Variable kernel) {
    if (begun == null || begun.config != config) {
      throw new IllegalStateException(label + ": has to see inputs before it is quantized to "
          + config.mode() + "; Model.quantize shows it some");
    }
    if (begun.gathered.count() == 0) {
      throw new IllegalStateException(begun.label + ": saw no inputs to be quantized by");
    }
    float[] floats = Ops.cast(kernel.value(), "float32").toNDArray().toFloatArray();
    return begun.gathered.quantized(floats, floats.length / begun.inputs);
  }
}
