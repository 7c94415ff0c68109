package org.keras4j.training.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.training.losses.Loss;
import org.keras4j.training.losses.Reduction;

/** The weighted mean of a function of targets and predictions ({@code keras.metrics.MeanMetricWrapper}). */
@KerasSerializable(module = "keras.metrics")
public class MeanMetricWrapper extends Mean {
  private @Nullable MetricFunction fn;
  private Map<String, Object> settings = Map.of();

  /** For subclasses, which override {@link #compute}. */
  protected MeanMetricWrapper() {
    this((String) null);
  }

  /** For subclasses, which override {@link #compute}; null for an automatic name. */
  protected MeanMetricWrapper(@Nullable String name) {
    super(name);
    this.fn = null;
  }

  /** A metric of a function, with an automatic name. */
  public MeanMetricWrapper(MetricFunction fn) {
    this(fn, null);
  }

  /** A metric of a function. */
  public MeanMetricWrapper(MetricFunction fn, @Nullable String name) {
    super(name);
    this.fn = fn;
  }

  /** A metric of a loss, under its name. */
  public MeanMetricWrapper(Loss loss) {
    super(loss.name());
    this.fn = loss::invoke;
    this.settings = Map.of("fn", loss);
  }

  /** One number a sample. */
  protected Tensor compute(Object yTrue, Object yPred) {
    if (fn == null) {
      throw new IllegalStateException(label() + " has no function");
    }
    return fn.call(yTrue, yPred);
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    out.putAll(settings);
    return out;
  }

  @Override
  public boolean readsConfigKey(String key) {
    return settings.containsKey(key); // the function and its arguments, read apart
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    if (getClass() == MeanMetricWrapper.class) {
      settings = new LinkedHashMap<>(config);
      settings.keySet().removeAll(List.of("name", "dtype"));
      Map<String, Object> arguments = new LinkedHashMap<>(settings);
      fn = function(arguments.remove("fn"), arguments);
    }
    super.setConfig(config);
  }

  private static MetricFunction function(@Nullable Object f, Map<String, Object> arguments) {
    if (f instanceof Loss l) {
      return l::invoke;
    }
    if (!(Serializer.functionName(f) instanceof String s)) {
      throw new IllegalArgumentException(
          "MeanMetricWrapper: config entry 'fn' expects the name of a function or a loss, got "
              + f);
    }
    return MetricFunction.named(s, arguments);
  }

  @Override
  public final void updateState(Object yTrue, Object yPred) {
    updateState(yTrue, yPred, null);
  }

  /** Takes in a batch; the Keras mask of the predictions counts as weight too. */
  @Override
  public void updateState(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    Tensor mask = yPred instanceof Tensor p ? p.kerasMask() : null;
    Tensor values = compute(yTrue, yPred);
    add(values, Reduction.masked(sampleWeight, mask, dtype(), "sum"));
  }

  /** Losses should be low; of other functions it is not known. */
  @Override
  public @Nullable Direction direction() {
    Object f = settings.get("fn");
    boolean lower = f instanceof Loss
        || (Serializer.functionName(f) instanceof String s && !Metrics.ACCURACIES.contains(s));
    return lower ? Direction.DOWN : null;
  }
}
