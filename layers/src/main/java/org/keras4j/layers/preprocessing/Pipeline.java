package org.keras4j.layers.preprocessing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.Layer;

/**
 * Layers one after the other, as one ({@code keras.layers.Pipeline}): for preprocessing, in training mode
 * unless told otherwise.
 *
 * <p>Input: that of the first layer. Output: that of the last one.
 *
 * <pre>{@code
 * Tensor y = new Pipeline(new Rescaling(1 / 255.0), new RandomFlip()).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Pipeline extends FluentLayer<Pipeline> {
  private List<Layer> steps = List.of();

  private Pipeline() {
    convertInputs(false);
  }

  /**
   * Of these layers.
   *
   * @param layers the layers, from the first to the last
   */
  public Pipeline(List<? extends Layer> layers) {
    this();
    this.steps = track("_pipeline_layers", List.copyOf(layers));
  }

  /**
   * Of these layers.
   *
   * @param layers the layers, from the first to the last
   */
  public Pipeline(Layer... layers) {
    this(List.of(layers));
  }

  @Override
  protected boolean defaultTraining() {
    return true;
  }

  @Override
  protected List<String> callArguments() {
    return List.of("inputs", "training", "mask");
  }

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    Object x = given(inputs);
    Object mask = context.masks();
    for (Layer l : steps) {
      CallArgs args = CallArgs.training(context.training());
      x = l.invokeNested(x, takesMask(l) ? args.with("mask", mask) : args);
      mask = null;
    }
    return x;
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("layers", steps);
    out.put("name", name());
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    if (!(rest.remove("layers") instanceof List<?> l)) {
      throw new IllegalArgumentException(
          label() + ": config expects 'layers' to be a list, got " + config.get("layers"));
    }
    steps = track("_pipeline_layers", l.stream().map(Layer.class::cast).toList());
    super.setConfig(rest);
  }
}
