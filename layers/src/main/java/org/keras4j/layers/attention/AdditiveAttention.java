package org.keras4j.layers.attention;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Additive attention ({@code keras.layers.AdditiveAttention}; Bahdanau et al. 2014, arXiv:1409.0473): scores
 * are sums of {@code scale * tanh(query + key)}.
 *
 * <p>Input, arguments and output: those of {@link Attention}. Weights: {@code scale (dim)}, unless left out.
 *
 * <pre>{@code
 * KerasTensor query = new Input(8, 16).output();
 * KerasTensor value = new Input(4, 16).output();
 * Object y = new AdditiveAttention().invokeNested(List.of(query, value), CallArgs.of()); // (batch, 8, 16)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class AdditiveAttention extends BaseAttention<AdditiveAttention> {
  private @Nullable Variable scale;

  /** With Keras's defaults. */
  public AdditiveAttention() {
    super(true);
  }

  @Override
  protected void build(List<Shape> inputs) {
    if (isUseScale()) {
      scale = addWeight("scale", Shape.of(inputs.get(0).intDim(-1)), "glorot_uniform");
    }
  }

  @Override
  Tensor scores(Tensor query, Tensor key) {
    Tensor t = Ops.tanh(Ops.add(Prims.expandDims(query, -2), Prims.expandDims(key, -3)));
    return Ops.sum(scale == null ? t : Ops.multiply(scale, t), -1);
  }
}
