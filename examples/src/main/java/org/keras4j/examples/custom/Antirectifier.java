package org.keras4j.examples.custom;

import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.Layer;
import org.keras4j.ops.Ops;

/** A layer: keeps positive and negative parts side by side, and weighs them. Output: {@code (..., units)}. */
@KerasSerializable(pkg = "examples")
public final class Antirectifier extends Layer {
  @Config
  private int units;

  private Variable kernel;

  private Antirectifier() {}

  /** With this many outputs. */
  public Antirectifier(int units) {
    this.units = units;
  }

  @Override
  protected void build(Shape input) {
    kernel = addWeight("kernel", Shape.of(2 * input.last(), units), "he_normal");
  }

  @Override
  protected Tensor call(Tensor x) {
    Tensor centered = Ops.subtract(x, Ops.mean(x, -1, true));
    Tensor both = Ops.concatenate(
        java.util.List.of(Ops.relu(centered), Ops.relu(Ops.negative(centered))), -1);
    return Ops.matmul(both, kernel);
  }
}
