package org.keras4j.models.features;

import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.ops.Ops;

/** Joins encoded features to one vector; the last layer of a {@link FeatureSpace} ({@code TFDConcat} in Keras's files). */
@KerasSerializable(module = "keras.src.layers.preprocessing.feature_space", name = "TFDConcat")
final class FeatureConcat extends FluentLayer<FeatureConcat> {
  @Config
  private int axis = -1;

  FeatureConcat() {
    builtWithoutInput();
  }

  @Override
  protected Tensor call(List<Tensor> inputs, CallContext context) {
    return Ops.concatenate(inputs, axis);
  }
}
