package org.keras4j.layers.regularizers;

import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * Draws the rows (or columns) of a matrix towards right angles ({@code keras.regularizers.OrthogonalRegularizer}):
 * {@code factor} times the mean absolute cosine between any two of them, each pair counted once, a scalar.
 *
 * <pre>{@code
 * var layer = new Dense(3).kernelRegularizer(new OrthogonalRegularizer(0.01, "columns"));
 * }</pre>
 */
@KerasSerializable(module = "keras.regularizers")
public final class OrthogonalRegularizer extends Regularizer {
  @Config
  private double factor = 0.01;

  @Config
  private String mode = "rows";

  /** Factor 0.01, over the rows. */
  public OrthogonalRegularizer() {}

  /**
   * With this factor.
   *
   * @param factor what the mean is multiplied with, 0.01 by default
   * @param mode {@code "rows"}, the default, or {@code "columns"}
   * @throws IllegalArgumentException if the factor is negative or not finite, or there is no such mode
   */
  public OrthogonalRegularizer(double factor, String mode) {
    this.factor = factor(factor, "factor");
    if (!mode.equals("rows") && !mode.equals("columns")) {
      throw new IllegalArgumentException(
          "OrthogonalRegularizer: mode expects 'rows' or 'columns', got '" + mode + "'");
    }
    this.mode = mode;
  }

  @Override
  public Tensor call(Tensor x) {
    if (x.rank() != 2) {
      throw new IllegalArgumentException(
          "OrthogonalRegularizer: expected a matrix, got shape " + x.shape());
    }
    boolean rows = mode.equals("rows");
    Tensor norm = Ops.sqrt(Ops.sum(Ops.square(x), rows ? 1 : 0, true));
    Tensor unit = Ops.divide(x, Ops.maximum(norm, 1e-12));
    Tensor product =
        rows ? Ops.matmul(unit, Ops.transpose(unit)) : Ops.matmul(Ops.transpose(unit), unit);
    Shape s = x.shape();
    long size = rows ? s.dim(0) : s.dim(1);
    Tensor i = Ops.arange(size);
    Tensor diagonal = Ops.equal(Ops.expandDims(i, 0), Ops.expandDims(i, 1));
    Tensor others = Ops.where(diagonal, Ops.zerosLike(product), product);
    double pairs = size * (size - 1.0) / 2.0;
    return Ops.divide(Ops.multiply(factor * 0.5, Ops.sum(Ops.absolute(others))), pairs);
  }
}
