package org.keras4j.models.features;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;

/** Gives numbers as they are; the layer of {@link FeatureSpace#floatPlain} ({@code TFDIdentity} in Keras's files). */
@KerasSerializable(module = "keras.src.layers.preprocessing.feature_space", name = "TFDIdentity")
final class FeatureIdentity extends FluentLayer<FeatureIdentity> {
  FeatureIdentity() {
    builtWithoutInput();
  }

  @Override
  protected Tensor call(Tensor x) {
    return x;
  }
}
