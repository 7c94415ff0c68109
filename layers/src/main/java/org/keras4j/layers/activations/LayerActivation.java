package org.keras4j.layers.activations;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.ConfigValue;
import org.keras4j.layers.Layer;

/** A layer used as an activation function; in configs it stands as itself. */
public record LayerActivation(Layer layer) implements ActivationFunction, ConfigValue {
  @Override
  public Tensor call(Tensor x) {
    return layer.invoke(x);
  }

  @Override
  public Object configValue() {
    return layer;
  }
}
