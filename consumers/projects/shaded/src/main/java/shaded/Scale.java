package shaded;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.Layer;
import org.keras4j.ops.Ops;

/** A layer of the application's own, as small as one can be. */
@KerasSerializable(pkg = "shaded")
final class Scale extends Layer {
  @Config
  private double factor = 1;

  private Scale() {}

  Scale(double factor) {
    this.factor = factor;
  }

  @Override
  protected Tensor call(Tensor x) {
    return Ops.multiply(x, factor);
  }
}
