package org.keras4j.layers.quantization;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.grad.CustomGradient;

/**
 * A product of inputs with integers of one scale, scaled back.
 *
 * @param forward the product of inputs and weights
 * @param backward the inputs' cotangent, of the outputs' cotangent and the weights as floats
 * @param axes of the inputs that are summed
 * @param aligned lays the scale of inputs out to broadcast to outputs
 */
public record QuantizedProduct(
    BinaryOperator<Tensor> forward,
    BinaryOperator<Tensor> backward,
    int[] axes,
    UnaryOperator<Tensor> aligned) {

  /**
   * Computes it. Inputs may become integers too; their gradient is that of the product with the floats that
   * the weights stand for.
   *
   * @param weights integers, or floats with a scale of null
   * @param scale of the weights, which broadcasts to outputs; null for none
   * @param floats what the weights stand for
   * @param quantizer of inputs, or null
   * @return the product, of the compute dtype
   */
  public Tensor of(
      Tensor x,
      Tensor weights,
      @Nullable Tensor scale,
      Tensor floats,
      @Nullable Quantizer quantizer,
      DType dtype) {
    return CustomGradient.call(
        in -> {
          Tensor given = in.get(0);
          Tensor divisor = scale;
          Tensor values = given;
          if (quantizer != null) {
            Quantizer.Quantized q = quantizer.call(given, axes);
            values = q.values();
            Tensor own = aligned.apply(q.scale());
            divisor = divisor == null ? own : Ops.multiply(divisor, own);
          }
          Tensor y = Ops.cast(forward.apply(values, weights), dtype);
          return new CustomGradient.WithGradient<>(
              divisor == null ? y : Ops.divide(y, divisor),
              cts -> List.of(Ops.cast(backward.apply(cts.get(0), floats), given.dtype())));
        },
        List.of(x));
  }
}
