package org.keras4j.layers.quantization;

import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.layers.DTypePolicy;
import org.keras4j.layers.QuantizedFloat8DTypePolicy;
import org.keras4j.layers.WeightOptions;
import org.keras4j.ops.Ops;
import org.keras4j.ops.QuantizerOps;
import org.keras4j.ops.grad.CustomGradient;

/**
 * A product whose factors, and the cotangent of whose result, are rounded to floats of eight bits (Micikevicius et al.
 * 2022, arXiv:2209.05433): factors to {@code e4m3fn}, the cotangent to {@code e5m2}. Each of the three has a scale, made
 * from the largest magnitudes of the last steps of training. Scales and histories are variables whose gradients are
 * their next values, which the optimizer puts in their place.
 */
public final class Float8Product {
  private static final double E4M3 = 448;
  private static final double E5M2 = 57344;

  /** A scale and the history that it is made from. */
  private record Scaling(Variable scale, Variable history) {}

  private final Scaling inputs;
  private final Scaling kernel;
  private final Scaling outputs;

  /** Makes the variables, as long as the policy says. */
  public Float8Product(QuantizedWeight.Maker maker, DTypePolicy policy) {
    int length = policy instanceof QuantizedFloat8DTypePolicy p
        ? p.amaxHistoryLength()
        : QuantizedFloat8DTypePolicy.DEFAULT_AMAX_HISTORY_LENGTH;
    inputs = scaling(maker, "inputs", length);
    kernel = scaling(maker, "kernel", length);
    outputs = scaling(maker, "outputs_grad", length);
  }

  private static Scaling scaling(QuantizedWeight.Maker maker, String of, int length) {
    Variable scale = maker.make(of + "_scale", Shape.SCALAR, options("ones"));
    Variable history = maker.make(of + "_amax_history", Shape.of(length), options("zeros"));
    scale.setOverwriteWithGradient(true);
    history.setOverwriteWithGradient(true);
    return new Scaling(scale, history);
  }

  private static WeightOptions options(String initializer) {
    return WeightOptions.initializer(initializer).dtype(DType.FLOAT32).autocast(false);
  }

  /** The variables in the order in which files hold them. */
  public List<Variable> variables() {
    return List.of(
        inputs.scale, inputs.history, kernel.scale, kernel.history, outputs.scale, outputs.history);
  }

  /**
   * Computes it.
   *
   * @param product of inputs and kernel
   * @param dtype that of the computation
   * @return the product, of that dtype
   */
  public Tensor of(Tensor x, Tensor k, BinaryOperator<Tensor> product, DType dtype) {
    return backwards(product.apply(forwards(x, inputs, dtype), forwards(k, kernel, dtype)), dtype);
  }

  /** A bias as kernels that fuse it with such products take it. */
  public static Tensor bias(Tensor bias, DType dtype) {
    return dtype == DType.FLOAT32 ? Ops.cast(Ops.cast(bias, DType.BFLOAT16), dtype) : bias;
  }

  private static Tensor forwards(Tensor x, Scaling s, DType dtype) {
    return CustomGradient.call(
        in -> new CustomGradient.WithGradient<>(
            QuantizerOps.quantizeAndDequantize(in.get(0), in.get(1), DType.FLOAT8_E4M3FN, dtype),
            ct -> next(ct.get(0), in.get(0), in.get(1), in.get(2), E4M3)),
        List.of(x, s.scale.value(), s.history.value()));
  }

  private Tensor backwards(Tensor y, DType dtype) {
    return CustomGradient.call(
        in -> new CustomGradient.WithGradient<>(
            in.get(0),
            ct -> next(
                QuantizerOps.quantizeAndDequantize(ct.get(0), in.get(1), DType.FLOAT8_E5M2, dtype),
                ct.get(0),
                in.get(1),
                in.get(2),
                E5M2)),
        List.of(y, outputs.scale.value(), outputs.history.value()));
  }

  private static List<Tensor> next(
      Tensor cotangent, Tensor seen, Tensor scale, Tensor history, double most) {
    return Arrays.asList(
        cotangent,
        QuantizerOps.computeFloat8Scale(Ops.max(history), scale, Ops.cast(most, DType.FLOAT32)),
        QuantizerOps.computeFloat8AmaxHistory(seen, history));
  }
}
