package org.keras4j.training.optimizers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.StatelessScope;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.ConfigFields;
import org.keras4j.core.serialization.Registry;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.training.schedules.LearningRateSchedule;

/**
 * Changes variables by their gradients ({@code keras.optimizers.Optimizer}). An optimizer of one's own
 * extends {@link BaseOptimizer}, makes its slots in {@link #build} and overrides {@link #updateStep};
 * clipping, weight decay, moving averages, accumulation of gradients and constraints come with it.
 *
 * <p>All of it runs eagerly and in compiled steps alike, since state lives in {@link #variables}.
 */
public abstract class Optimizer extends OptimizerUpdates {
  /**
   * An optimizer with an automatic name.
   *
   * @param learningRate a number, a {@link LearningRateSchedule}, or a {@link Supplier} of numbers
   */
  protected Optimizer(Object learningRate) {
    super(learningRate);
  }

  /** New values of {@link #trainableVariables} and of {@link #variables}. */
  public record State(List<Tensor> trainableVariables, List<Tensor> optimizerVariables) {}

  /**
   * What an update would make of values, leaving the variables alone.
   *
   * @param optimizerVariables a value for each of {@link #variables}
   * @param grads a gradient for each of {@link #trainableVariables}
   * @param trainable a value for each of these
   */
  public final State statelessApply(
      List<? extends Tensor> optimizerVariables,
      List<? extends @Nullable Tensor> grads,
      List<? extends Tensor> trainable) {
    if (!built) {
      throw new IllegalStateException(label() + ": is not built; call build(variables) first");
    }
    List<Variable> own = variables();
    Map<Variable, Tensor> values = new HashMap<>();
    put(values, trainableVariables, trainable, "trainable");
    put(values, own, optimizerVariables, "optimizer");
    try (StatelessScope s = new StatelessScope(values)) {
      apply(grads);
      List<Tensor> newTrainable = new ArrayList<>();
      trainableVariables.forEach(v -> newTrainable.add(s.value(v)));
      List<Tensor> newOwn = new ArrayList<>();
      own.forEach(v -> newOwn.add(s.value(v)));
      return new State(newTrainable, newOwn);
    }
  }

  private void put(
      Map<Variable, Tensor> to, List<Variable> of, List<? extends Tensor> values, String what) {
    if (of.size() != values.size()) {
      throw new IllegalArgumentException(label() + ": expected a value for each of " + of.size()
          + " " + what + " variables, got " + values.size());
    }
    for (int i = 0; i < of.size(); i++) {
      to.put(of.get(i), values.get(i));
    }
  }

  /** Sets the state, in the order of {@link #variables}. */
  public final void setWeights(List<NDArray> weights) {
    if (!built) {
      throw new IllegalStateException(label() + ": is not built; call build(variables) first");
    }
    List<Variable> own = variables();
    for (int i = 0; i < Math.min(own.size(), weights.size()); i++) {
      Variable v = own.get(i);
      NDArray w = weights.get(i);
      if (!w.shape().equals(v.shape())) {
        throw new IllegalArgumentException(label() + ": variable '" + v.path() + "' has shape "
            + v.shape() + ", got " + w.shape());
      }
      v.assign(Engine.constant(w.astype(v.dtype())));
    }
  }

  // ---- configs

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = ConfigFields.read(this);
    Variable v = learningRateVariable;
    if (v != null) {
      out.put(
          "learning_rate",
          v.isInitialized()
              ? v.eager().item()
              : NDArray.scalar(v.dtype(), ((Number) learningRate).doubleValue()).item());
    }
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    Object rate = rest.remove("learning_rate");
    if (rest.remove("decay") instanceof Number n && n.doubleValue() != 0) {
      throw new IllegalArgumentException(label() + ": 'decay' of Keras 2 expects 0, got " + n
          + ": give the learning rate a schedule, such as InverseTimeDecay, instead");
    }
    ConfigFields.write(this, rest);
    if (rate != null) {
      start(rate);
    }
    setName(name);
    validate();
  }

  @Override
  public boolean readsConfigKey(String key) {
    return key.equals("decay");
  }

  /** Fails if settings contradict each other. */
  void validate() {
    List<Double> clips = new ArrayList<>(Arrays.asList(clipnorm, clipvalue, globalClipnorm));
    clips.removeIf(c -> c == null);
    if (clips.size() > 1) {
      throw new IllegalArgumentException(label()
          + ": only one of clipnorm, clipvalue and globalClipnorm can be set, got clipnorm="
          + clipnorm + ", clipvalue=" + clipvalue + ", globalClipnorm=" + globalClipnorm);
    }
    if (gradientAccumulationSteps != null && gradientAccumulationSteps < 2) {
      throw new IllegalArgumentException(label()
          + ": gradientAccumulationSteps expects at least 2, got " + gradientAccumulationSteps);
    }
    if (useEma && !(emaMomentum >= 0 && emaMomentum <= 1)) {
      throw new IllegalArgumentException(
          label() + ": emaMomentum expects 0 to 1, got " + emaMomentum);
    }
    if (useEma && emaOverwriteFrequency != null && emaOverwriteFrequency < 1) {
      throw new IllegalArgumentException(
          label() + ": emaOverwriteFrequency expects at least 1, got " + emaOverwriteFrequency);
    }
  }

  /**
   * The optimizer that an identifier means: a name in any case ({@code "adam"}), a config, or an optimizer
   * itself.
   *
   * @throws IllegalArgumentException if there is no such optimizer, listing what there is
   */
  public static @Nullable Optimizer get(@Nullable Object identifier) {
    if (identifier instanceof String s) {
      for (Map.Entry<String, Class<?>> e : Registry.all().entrySet()) {
        String key = e.getKey();
        if (Optimizer.class.isAssignableFrom(e.getValue())
            && key.substring(key.lastIndexOf(key.indexOf('>') >= 0 ? '>' : '.') + 1)
                .equalsIgnoreCase(s)) {
          return (Optimizer) Registry.instantiate(e.getValue());
        }
      }
    }
    return Registry.resolve("keras.optimizers", Optimizer.class, identifier);
  }

  @Override
  public String toString() {
    return "<" + label() + ">";
  }
}
