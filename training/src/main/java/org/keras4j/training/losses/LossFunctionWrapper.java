package org.keras4j.training.losses;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.core.serialization.Serializer;

/**
 * A loss made of a function ({@code keras.losses.LossFunctionWrapper}), which gives one number a sample. It can be saved
 * if the function was given by its name.
 *
 * <pre>{@code
 * Loss loss = new LossFunctionWrapper((yTrue, yPred) -> Ops.mean(Ops.square(Ops.subtract(yTrue, yPred)), -1));
 * Loss named = new LossFunctionWrapper("log_cosh");
 * }</pre>
 */
@KerasSerializable(module = "keras.src.losses.losses")
public final class LossFunctionWrapper extends PairwiseLoss<LossFunctionWrapper> {
  @Config
  private @Nullable Object fn;

  private Map<String, Object> settings = Map.of();
  private @Nullable LossFunction function;

  private LossFunctionWrapper() {}

  /**
   * A loss of a function, with an automatic name.
   *
   * @param fn takes targets and predictions, gives one number a sample
   */
  public LossFunctionWrapper(LossFunction fn) {
    this.fn = fn;
    this.function = fn;
  }

  /**
   * A loss of a function of {@link Losses}, named like it.
   *
   * @param fn Keras's name of the function, {@code "mean_squared_error"}
   * @throws IllegalArgumentException if there is no such function
   */
  public LossFunctionWrapper(String fn) {
    super(fn);
    this.fn = fn;
    this.function = LossFunction.named(fn, Map.of());
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    if (function == null) {
      throw new IllegalStateException("Loss '" + name() + "' has no function");
    }
    return function.call(yTrue, yPred);
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    out.putAll(settings);
    return out;
  }

  @Override
  public boolean readsConfigKey(String key) {
    return settings.containsKey(key); // arguments of the function, read apart
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    settings = new LinkedHashMap<>(config);
    settings.keySet().removeAll(List.of("name", "reduction", "fn", "dtype"));
    super.setConfig(config);
    if (!(Serializer.functionName(fn) instanceof String s)) {
      throw new IllegalArgumentException(
          "LossFunctionWrapper: config entry 'fn' expects the name of a function, got " + fn);
    }
    this.function = LossFunction.named(s, settings);
  }
}
