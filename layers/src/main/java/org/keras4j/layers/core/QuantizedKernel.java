package org.keras4j.layers.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.layers.CalibratedDTypePolicy;
import org.keras4j.layers.DTypePolicy;
import org.keras4j.layers.WeightOptions;
import org.keras4j.layers.quantization.AbsMaxQuantizer;
import org.keras4j.layers.quantization.CalibratedConfig;
import org.keras4j.layers.quantization.CalibratedWeight;
import org.keras4j.layers.quantization.Calibration;
import org.keras4j.layers.quantization.Int4QuantizationConfig;
import org.keras4j.layers.quantization.QuantizationConfig;
import org.keras4j.layers.quantization.QuantizedProduct;
import org.keras4j.layers.quantization.QuantizedWeight;
import org.keras4j.layers.quantization.Quantizer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.custom.Autocast;

/**
 * A kernel of integers in an Einstein sum. Of eight bits it has the kernel's own shape, and a scale that
 * broadcasts to the outputs; of four bits it is a matrix of summed and other axes.
 */
final class QuantizedKernel {
  private final EinsumLabels labels;
  private final Shape shape;
  private final boolean plain; // a matrix of inputs and outputs
  private final @Nullable QuantizationConfig config;
  private final @Nullable Quantizer inputs;
  private final @Nullable QuantizedWeight matrix;
  private final @Nullable CalibratedWeight calibrated;
  private final Variable values;
  private final @Nullable Variable scale;

  QuantizedKernel(
      QuantizedWeight.Maker maker,
      String equation,
      int inputRank,
      Shape shape,
      DTypePolicy policy,
      @Nullable QuantizationConfig config) {
    this.labels = EinsumLabels.of(equation, inputRank);
    this.shape = shape;
    this.plain = equation.equals("...a,ab->...b");
    this.config = config;
    String mode = Objects.requireNonNull(policy.quantizationMode());
    if (policy instanceof CalibratedDTypePolicy p) {
      int rows = Math.toIntExact(rows());
      int columns = Math.toIntExact(shape.size() / rows);
      calibrated =
          new CalibratedWeight(maker, rows, columns, plain ? "kernel_zero" : "zero_point", p);
      inputs = null;
      matrix = null;
      values = calibrated.values();
      scale = null;
      return;
    }
    calibrated = null;
    boolean eightBits = mode.equals("int8");
    this.inputs =
        config != null ? config.activationQuantizer() : eightBits ? new AbsMaxQuantizer() : null;
    if (eightBits && !plain) {
      matrix = null;
      values = maker.make(
          "kernel", shape, WeightOptions.initializer("zeros").dtype(DType.INT8).trainable(false));
      scale = maker.make(
          "kernel_scale", scaleShape(), WeightOptions.initializer("ones").trainable(false));
      return;
    }
    int rows = Math.toIntExact(rows());
    int columns = Math.toIntExact(shape.size() / rows);
    QuantizedWeight.Layout layout = new QuantizedWeight.Layout("kernel", rows, columns, 1, 0);
    matrix =
        new QuantizedWeight(maker, layout, mode, QuantizedWeight.blockSize(config, policy), null);
    values = matrix.values();
    scale = null;
  }

  /** The variable of the float kernel that is to be quantized. */
  static Variable toQuantize(String label, boolean built, @Nullable Variable kernel) {
    if (!built) {
      throw new IllegalStateException(label + ": must be built before it is quantized");
    }
    if (kernel == null) {
      throw new IllegalStateException(label + ": is quantized already");
    }
    return kernel;
  }

  /** The policy of a layer quantized so. */
  static DTypePolicy policy(QuantizationConfig config, DTypePolicy before) {
    String mode = config.mode();
    if (config instanceof CalibratedConfig<?> c) {
      mode = c.policyMode();
    } else if (config instanceof Int4QuantizationConfig c) {
      mode += "/" + (c.blockSize() == null ? -1 : c.blockSize());
    }
    return DTypePolicy.get(mode + "_from_" + before.name());
  }

  Variable values() {
    return values;
  }

  /** The weights in the order of files: the integers first, unless they were made by what inputs were. */
  List<Variable> first(List<Variable> weights) {
    if (calibrated != null) {
      return weights;
    }
    List<Variable> out = new ArrayList<>(weights);
    out.remove(values);
    out.add(0, values);
    return out;
  }

  private Shape scaleShape() {
    long[] dims = new long[labels.output().length()];
    for (int i = 0; i < dims.length; i++) {
      int at = labels.weight().indexOf(labels.output().charAt(i));
      dims[i] = at < 0 ? 1 : shape.dim(at);
    }
    return Shape.of(dims);
  }

  private Tensor floats(DType dtype) {
    if (calibrated != null) {
      return fold(calibrated.floats(dtype));
    }
    if (matrix != null) {
      return fold(matrix.floats(dtype));
    }
    Tensor s = EinsumLabels.align(
        Autocast.value(Objects.requireNonNull(scale)), labels.output(), labels.weight());
    return Ops.divide(Ops.cast(values.value(), dtype), s);
  }

  private Tensor fold(Tensor x) {
    return plain ? x : Ops.reshape(x, shape);
  }

  /** The inputs times the kernel. */
  Tensor product(Tensor x, DType dtype) {
    Tensor floats = floats(dtype);
    if (calibrated != null) {
      return times(x, floats);
    }
    if (matrix != null && (matrix.isGrouped() || !plain && inputs == null)) {
      return times(x, floats);
    }
    boolean whole = matrix != null && !plain; // of four bits in an Einstein sum
    Tensor weights = whole ? floats : matrix == null ? values.value() : matrix.integers();
    Tensor weightScale = whole
        ? null
        : matrix == null ? Autocast.value(Objects.requireNonNull(scale)) : matrix.scale();
    QuantizedProduct product = new QuantizedProduct(
        this::times,
        (ct, w) -> plain ? Ops.matmul(ct, Ops.transpose(w)) : Ops.einsum(labels.backward(), ct, w),
        plain ? new int[] {-1} : labels.summedInputs(),
        s -> plain ? s : EinsumLabels.align(s, labels.input(), labels.output()));
    return product.of(x, weights, weightScale, floats, inputs, dtype);
  }

  private Tensor times(Tensor x, Tensor w) {
    return plain ? Ops.matmul(x, w) : Ops.einsum(labels.forward(), x, w);
  }

  /** Sets the integers to those of floats. */
  void assign(Tensor floats) {
    quantized(floats).forEach(Variable::assign);
  }

  /** Sets the integers to those made by what inputs were. */
  void assign(Calibration.Integers made) {
    Objects.requireNonNull(calibrated).assign(made);
  }

  /** How many outputs a matrix of unsigned integers has; null for other ones. */
  @Nullable
  Integer calibratedColumns() {
    return calibrated == null ? null : Math.toIntExact(shape.size() / rows());
  }

  /** What the variables hold once an update is added. */
  Map<Variable, Tensor> merged(Tensor update) {
    DType d = update.dtype();
    return quantized(Ops.add(floats(d), Ops.reshape(update, shape)));
  }

  private Map<Variable, Tensor> quantized(Tensor floats) {
    Quantizer q = config == null ? null : config.weightQuantizer();
    if (matrix != null) {
      return matrix.quantized(unfold(floats), q);
    }
    int[] summed = IntStream.range(0, shape.rank()).filter(labels::isSummed).toArray();
    Quantizer.Quantized parts =
        q == null ? new AbsMaxQuantizer(summed).call(floats) : q.call(floats, summed);
    Tensor s = EinsumLabels.align(parts.scale(), labels.weight(), labels.output());
    return Map.of(values, parts.values(), Objects.requireNonNull(scale), s);
  }

  // the matrix of as many rows as there are summed elements
  private Tensor unfold(Tensor floats) {
    return plain ? floats : Ops.reshape(floats, Shape.of(rows(), -1));
  }

  private long rows() {
    return IntStream.range(0, shape.rank())
        .filter(labels::isSummed)
        .mapToLong(shape::dim)
        .reduce(1, (a, b) -> a * b);
  }
}
