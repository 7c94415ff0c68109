package org.keras4j.layers.core;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.Layer;

/**
 * A layer around another one ({@code keras.layers.Wrapper}): the base of layers that change what another
 * layer does.
 *
 * @param <S> the class itself
 */
public abstract class Wrapper<S extends Wrapper<S>> extends FluentLayer<S> {
  private @Nullable Layer layer;

  protected Wrapper() {}

  protected Wrapper(Layer layer) {
    wrap(layer);
  }

  private void wrap(Layer wrapped) {
    this.layer = track("layer", wrapped);
  }

  /** The layer inside. */
  public final Layer layer() {
    return Objects.requireNonNull(layer, "a wrapper that is not read yet");
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    out.put("layer", layer);
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    if (!(rest.remove("layer") instanceof Layer l)) {
      throw new IllegalArgumentException(
          label() + ": config expects 'layer' to be a layer, got " + config.get("layer"));
    }
    wrap(l);
    super.setConfig(rest);
  }
}
