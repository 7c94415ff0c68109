package org.keras4j.hub.decoder;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.activations.ActivationFunction;
import org.keras4j.ops.Ops;

/** GELU by {@code tanh} instead of the error function ({@code gelu_approximate} of KerasHub), as GPT-2 and Gemma have it. */
@KerasSerializable(pkg = "keras4j.hub")
public final class ApproximateGELU implements ActivationFunction, Configurable {
  /** The function. */
  public ApproximateGELU() {}

  @Override
  public Tensor call(Tensor x) {
    return Ops.gelu(x, true);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ApproximateGELU;
  }

  @Override
  public int hashCode() {
    return ApproximateGELU.class.hashCode();
  }
}
