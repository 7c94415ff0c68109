package org.keras4j.layers.quantization;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.layers.CalibratedDTypePolicy;
import org.keras4j.layers.WeightOptions;
import org.keras4j.ops.Ops;
import org.keras4j.ops.QuantizerOps;
import org.keras4j.ops.custom.Autocast;

/**
 * A matrix kept as unsigned integers of two to eight bits: variables for them, turned and with two of four bits in a
 * byte, for scale and zero point of each output and group, for the factors of inputs if there are any, and for the
 * group of each input.
 */
public final class CalibratedWeight {
  private final int inputs;
  private final int outputs;
  private final boolean packed;
  private final Variable values;
  private final Variable scale;
  private final Variable zero;
  private final @Nullable Variable inputScales;
  private final Variable groups;

  /**
   * Makes the variables.
   *
   * @param inputs how many there are
   * @param outputs how many there are
   * @param zeroName what the layer calls the zero points
   * @param policy says bits and the size of groups
   */
  public CalibratedWeight(
      QuantizedWeight.Maker maker,
      int inputs,
      int outputs,
      String zeroName,
      CalibratedDTypePolicy policy) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.packed = policy.weightBits() == 4;
    int size = policy.groupSize() == -1 ? inputs : policy.groupSize();
    Shape scales = Shape.of(outputs, Math.max((inputs + size - 1) / size, 1));
    values = maker.make(
        "kernel",
        Shape.of(packed ? (outputs + 1) / 2 : outputs, inputs),
        fixed("zeros").dtype(DType.UINT8));
    scale = maker.make("kernel_scale", scales, fixed("ones"));
    zero = maker.make(zeroName, scales, fixed("zeros").dtype(DType.UINT8));
    inputScales = "awq".equals(policy.quantizationMode())
        ? maker.make("awq_scales", Shape.of(inputs), fixed("ones"))
        : null;
    groups = maker.make("g_idx", Shape.of(inputs), fixed("zeros").dtype(DType.FLOAT32));
  }

  private static WeightOptions fixed(String initializer) {
    return WeightOptions.initializer(initializer).trainable(false);
  }

  /** The variable of the integers. */
  public Variable values() {
    return values;
  }

  /** All variables, in the order in which files hold them. */
  public List<Variable> variables() {
    List<Variable> out = new ArrayList<>(List.of(values, scale, zero));
    if (inputScales != null) {
      out.add(inputScales);
    }
    out.add(groups);
    return out;
  }

  /** Sets the variables. */
  public void assign(Calibration.Integers made) {
    Tensor whole = Ops.cast(Ops.array(NDArray.of(made.values(), outputs, inputs)), DType.UINT8);
    values.assign(packed ? (Tensor) QuantizerOps.packInt4(whole, 0, "uint8").get(0) : whole);
    long[] dims = scale.shape().toArray();
    scale.assign(Ops.cast(Ops.array(NDArray.of(made.scales(), dims)), scale.dtype()));
    zero.assign(Ops.cast(Ops.array(NDArray.of(made.zeros(), dims)), DType.UINT8));
    groups.assign(Ops.array(NDArray.of(made.groups(), inputs)));
    if (inputScales != null) {
      float[] factors = Objects.requireNonNull(made.inputScales());
      inputScales.assign(Ops.cast(Ops.array(NDArray.of(factors, inputs)), inputScales.dtype()));
    }
  }

  /** The floats that the integers stand for, {@code (inputs, outputs)}. */
  public Tensor floats(DType dtype) {
    Tensor whole = values.value();
    if (packed) {
      whole = QuantizerOps.unpackInt4(whole, outputs, 0, "uint8");
    }
    Tensor w = Ops.transpose(QuantizerOps.dequantizeGrouped(
        whole, Autocast.value(scale), zero.value(), groups.value(), -1));
    if (inputScales != null) {
      w = Ops.divide(w, Ops.expandDims(Autocast.value(inputScales), -1));
    }
    return Ops.cast(w, dtype);
  }
}
