package org.keras4j.onnx;

import org.keras4j.core.Tensor;
import org.keras4j.layers.Layer;
import org.keras4j.ops.Ops;

/** A layer that ONNX has no operators for. */
final class Inverse extends Layer {
  @Override
  protected Tensor call(Tensor x) {
    return Ops.inv(x);
  }
}
