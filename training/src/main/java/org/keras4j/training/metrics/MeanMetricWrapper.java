package org.keras4j.training.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.training.losses.Loss;

/**
 * The weighted mean of a function of targets and predictions ({@code keras.metrics.MeanMetricWrapper}); 0 before
 * there are any.
 *
 * <p>The function gives one number a sample (values of further axes are averaged); {@link #result} is a scalar of the
 * metric's dtype.
 *
 * <pre>{@code
 * var metric = new MeanMetricWrapper((yTrue, yPred) -> Ops.abs(Ops.subtract(yTrue, yPred)), "mae");
 * metric.updateState(new double[] {1, 2}, new double[] {1, 3});
 * Tensor value = metric.result(); // 0.5
 * }</pre>
 */
@KerasSerializable(module = "keras.metrics")
public class MeanMetricWrapper extends FunctionMetric<MeanMetricWrapper> {
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

  /**
   * A metric of a function, with an automatic name.
   *
   * @param fn takes targets and predictions, gives one number a sample
   */
  public MeanMetricWrapper(MetricFunction fn) {
    this(fn, null);
  }

  /**
   * A metric of a function.
   *
   * @param fn takes targets and predictions, gives one number a sample
   * @param name the name, by which logs call it; null for an automatic one
   */
  public MeanMetricWrapper(MetricFunction fn, @Nullable String name) {
    super(name);
    this.fn = fn;
  }

  /**
   * A metric of a loss, under its name.
   *
   * @param loss the loss, whose reduced value counts for a batch
   */
  public MeanMetricWrapper(Loss loss) {
    super(loss.name());
    this.fn = loss::invoke;
    this.settings = Map.of("fn", loss);
  }

  @Override
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

  /** Losses should be low; of other functions it is not known. */
  @Override
  public @Nullable Direction direction() {
    Object f = settings.get("fn");
    boolean lower = f instanceof Loss
        || (Serializer.functionName(f) instanceof String s && !Metrics.ACCURACIES.contains(s));
    return lower ? Direction.DOWN : null;
  }
}
