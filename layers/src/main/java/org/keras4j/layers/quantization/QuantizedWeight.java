package org.keras4j.layers.quantization;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.layers.WeightOptions;
import org.keras4j.layers.initializers.Constant;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.QuantizerOps;
import org.keras4j.ops.custom.Autocast;

/**
 * A matrix kept as integers: variables for them, for their scale, and for groups of four-bit ones also for
 * the zero points and for which group each index is in.
 */
public final class QuantizedWeight {
  /** Makes a variable of a layer. */
  public interface Maker {
    /** Makes it. */
    Variable make(String name, Shape shape, WeightOptions options);
  }

  /**
   * How the matrix lies.
   *
   * @param name of the integers' variable, and the start of the others' names
   * @param packAxis along which two integers of four bits share a byte
   * @param groupAxis along which integers share a scale, all or in groups
   */
  public record Layout(String name, int rows, int columns, int packAxis, int groupAxis) {
    int size(int axis) {
      return axis == 0 ? rows : columns;
    }
  }

  private final Layout layout;
  private final boolean fourBits;
  private final int blockSize; // 0 for one scale along the axis
  private final Variable values;
  private final Variable scale;
  private final @Nullable Variable zero;
  private final @Nullable Variable groups;
  private final boolean ownGroups;

  /**
   * Makes the variables: {@code name}, {@code name_scale}, and with groups {@code name_zero} and {@code
   * g_idx}.
   *
   * @param blockSize the size of a group; 0 for none
   * @param other a weight whose {@code g_idx} is used and whose zero points' dtype is not; null for none
   */
  public QuantizedWeight(
      Maker maker, Layout layout, String mode, int blockSize, @Nullable QuantizedWeight other) {
    this.layout = layout;
    this.fourBits = mode.equals("int4");
    this.blockSize = fourBits ? blockSize : 0;
    Shape whole = Shape.of(layout.rows, layout.columns);
    int packed = (layout.size(layout.packAxis) + 1) / 2;
    values = maker.make(
        layout.name,
        fourBits ? whole.with(layout.packAxis, packed) : whole,
        fixed("zeros").dtype(DType.INT8));
    int along = layout.size(layout.groupAxis);
    Shape scales = this.blockSize > 0
        ? whole.with(layout.groupAxis, (along + this.blockSize - 1) / this.blockSize)
        : whole.without(layout.groupAxis);
    scale = maker.make(layout.name + "_scale", scales, fixed("ones"));
    if (this.blockSize == 0) {
      zero = null;
      groups = null;
    } else if (other != null) {
      zero = maker.make(layout.name + "_zero", scales, fixed("zeros"));
      groups = other.groups;
    } else {
      zero = maker.make(layout.name + "_zero", scales, fixed("zeros").dtype(DType.INT8));
      float[] index = new float[along];
      for (int i = 0; i < along; i++) {
        index[i] = Math.floorDiv(i, this.blockSize);
      }
      groups = maker.make(
          "g_idx", Shape.of(along), fixed(new Constant(NDArray.of(index))).dtype(DType.FLOAT32));
    }
    ownGroups = other == null;
  }

  private static WeightOptions fixed(Initializer initializer) {
    return WeightOptions.initializer(initializer).trainable(false);
  }

  private static WeightOptions fixed(String initializer) {
    return WeightOptions.initializer(initializer).trainable(false);
  }

  /** The size of groups that a layer's settings say; 0 for none. */
  public static int blockSize(
      @Nullable QuantizationConfig config, org.keras4j.layers.DTypePolicy policy) {
    int size = -1;
    if (config instanceof Int4QuantizationConfig c) {
      size = c.blockSize() == null ? -1 : c.blockSize();
    } else if (policy instanceof org.keras4j.layers.Int4DTypePolicy p) {
      size = p.blockSize();
    }
    return Math.max(size, 0);
  }

  /** The variable of the integers. */
  public Variable values() {
    return values;
  }

  /** All variables of its own, in the order in which files hold them. */
  public List<Variable> variables() {
    List<Variable> out = new ArrayList<>(List.of(values, scale));
    if (zero != null) {
      out.add(zero);
    }
    if (groups != null && ownGroups) {
      out.add(groups);
    }
    return out;
  }

  /** Whether groups have scales of their own. */
  public boolean isGrouped() {
    return blockSize > 0;
  }

  /** The integers, {@code (rows, columns)} of int8. */
  public Tensor integers() {
    Tensor v = values.value();
    return fourBits
        ? QuantizerOps.unpackInt4(v, layout.size(layout.packAxis), layout.packAxis, "int8")
        : v;
  }

  /** The scale, in the compute dtype in force. */
  public Tensor scale() {
    return Autocast.value(scale);
  }

  /** The floats that the integers stand for. */
  public Tensor floats(DType dtype) {
    if (isGrouped()) {
      return Ops.cast(dequantized(integers(), scale(), zero(), layout.groupAxis), dtype);
    }
    Tensor s = scale();
    return Ops.divide(
        Ops.cast(integers(), dtype), layout.groupAxis == 1 ? Ops.expandDims(s, -1) : s);
  }

  /** The floats of rows, for a scale that rows have. */
  public Tensor rows(Tensor indices, DType dtype) {
    Tensor rows = Ops.cast(Ops.take(integers(), indices, 0), dtype);
    Tensor s = Ops.take(scale(), indices, 0);
    return isGrouped()
        ? dequantized(rows, s, Ops.take(zero(), indices, 0), -1)
        : Ops.divide(rows, Ops.expandDims(s, -1));
  }

  private Tensor dequantized(Tensor integers, Tensor s, Tensor z, int axis) {
    return QuantizerOps.dequantizeGrouped(
        integers, s, z, Objects.requireNonNull(groups).value(), axis);
  }

  private Tensor zero() {
    return Autocast.value(Objects.requireNonNull(zero));
  }

  /**
   * What the variables hold for a matrix of floats.
   *
   * @param quantizer for a scale without groups; null for magnitudes in proportion
   * @return values by variable
   */
  public Map<Variable, Tensor> quantized(Tensor floats, @Nullable Quantizer quantizer) {
    Map<Variable, Tensor> out = new LinkedHashMap<>();
    Tensor integers;
    if (isGrouped()) {
      boolean turned = layout.groupAxis == 1;
      List<Tensor> parts = QuantizerOps.absMaxQuantizeGroupedWithZeroPoint(
          turned ? Ops.transpose(floats) : floats,
          blockSize,
          new int[] {-8, 7},
          DType.INT8,
          1e-7,
          true);
      if (turned) {
        parts = parts.stream().map(Ops::transpose).toList();
      }
      integers = parts.get(0);
      out.put(scale, parts.get(1));
      Variable z = Objects.requireNonNull(zero);
      out.put(z, Ops.cast(parts.get(2), z.dtype()));
    } else {
      AbsMaxQuantizer own = new AbsMaxQuantizer(layout.groupAxis);
      Quantizer q = quantizer != null ? quantizer : fourBits ? own.valueRange(-8, 7) : own;
      Quantizer.Quantized parts = q.call(floats);
      integers = parts.values();
      out.put(scale, Ops.squeeze(parts.scale(), layout.groupAxis));
    }
    out.put(
        values,
        fourBits
            ? (Tensor) QuantizerOps.packInt4(integers, layout.packAxis, "int8").get(0)
            : integers);
    return out;
  }

  @Override
  public String toString() {
    return layout + " " + Arrays.toString(variables().toArray());
  }
}
