package org.keras4j.training.optimizers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Several optimizers, each with some of the variables ({@code keras.optimizers.MultiOptimizer}).
 *
 * <pre>{@code
 * var map = new OptimizerMap(new Adam(1e-3)).put("embedding", new SGD(0.1));
 * model.compile(new MultiOptimizer(map), "mse");
 * }</pre>
 */
@KerasSerializable(module = "keras.optimizers")
public final class MultiOptimizer extends Optimizer {
  private Function<Variable, Optimizer> map;
  private final List<Optimizer> inner = new ArrayList<>();
  private final Map<Variable, Optimizer> ofVariable = new HashMap<>();

  @SuppressWarnings("NullAway.Init") // setConfig fills it, or the constructor that calls this one
  private MultiOptimizer() {
    super(0.0);
  }

  /**
   * With the optimizers of a map.
   *
   * @param optimizerMap which optimizer has which variables
   */
  public MultiOptimizer(OptimizerMap optimizerMap) {
    this((Function<Variable, Optimizer>) optimizerMap);
  }

  /**
   * With a function, which cannot be saved.
   *
   * @param optimizerMap chooses the optimizer of a variable
   */
  public MultiOptimizer(Function<Variable, Optimizer> optimizerMap) {
    this();
    wrap(optimizerMap);
  }

  private void wrap(Function<Variable, Optimizer> optimizerMap) {
    this.map = optimizerMap;
    if (optimizerMap instanceof OptimizerMap m) {
      m.optimizers().values().forEach(this::include);
      include(m.defaultOptimizer());
    }
  }

  private void include(Optimizer o) {
    if (!inner.contains(o)) {
      o.lossScaleFactor = lossScaleFactor;
      inner.add(o);
    }
  }

  /**
   * What the loss is multiplied with and gradients are divided by.
   *
   * @param value null (the default) for nothing
   * @return this optimizer
   */
  public MultiOptimizer lossScaleFactor(@Nullable Double value) {
    mutable("lossScaleFactor");
    this.lossScaleFactor = value;
    inner.forEach(o -> o.lossScaleFactor = value);
    return this;
  }

  /** {@link #lossScaleFactor(Double)} of a number. */
  public MultiOptimizer lossScaleFactor(double value) {
    return lossScaleFactor((Double) value);
  }

  /**
   * The name, which starts the paths of the variables.
   *
   * @param value an automatic one by default
   * @return this optimizer
   */
  public MultiOptimizer name(String value) {
    mutable("name");
    setName(value);
    return this;
  }

  /** The optimizers in use. */
  public List<Optimizer> optimizers() {
    return List.copyOf(inner);
  }

  @Override
  public void build(List<Variable> trainable) {
    if (isBuilt()) {
      return;
    }
    for (Variable v : trainable) {
      Optimizer o = map.apply(v);
      if (o == null || o instanceof LossScaleOptimizer || o instanceof MultiOptimizer) {
        throw new IllegalArgumentException(
            label() + ": expected a plain optimizer for '" + v.path() + "', got " + o);
      }
      include(o);
      ofVariable.put(v, o);
    }
    split(trainable, null, (o, part) -> o.build(part.variables));
    super.build(trainable);
  }

  private static final class Part {
    final List<Variable> variables = new ArrayList<>();
    final List<@Nullable Tensor> grads = new ArrayList<>();
  }

  private void split(
      List<Variable> all,
      @Nullable List<? extends @Nullable Tensor> grads,
      BiConsumer<Optimizer, Part> action) {
    Map<Optimizer, Part> parts = new LinkedHashMap<>();
    inner.forEach(o -> parts.put(o, new Part()));
    for (int i = 0; i < all.size(); i++) {
      Optimizer o = ofVariable.get(all.get(i));
      if (o == null) {
        throw new IllegalArgumentException(label() + ": " + all.get(i)
            + " is not among the variables it was built for; make a new optimizer");
      }
      Part p = Objects.requireNonNull(parts.get(o));
      p.variables.add(all.get(i));
      p.grads.add(grads == null ? null : grads.get(i));
    }
    parts.forEach((o, p) -> {
      if (!p.variables.isEmpty()) {
        action.accept(o, p);
      }
    });
  }

  @Override
  public List<Variable> variables() {
    List<Variable> out = new ArrayList<>(super.variables());
    inner.forEach(o -> out.addAll(o.variables()));
    return out;
  }

  @Override
  protected void updateStep(Tensor gradient, Variable variable, Tensor learningRate) {
    map.apply(variable).updateStep(gradient, variable, learningRate);
  }

  @Override
  public void apply(List<? extends @Nullable Tensor> grads, List<Variable> of) {
    if (grads.isEmpty()) {
      return;
    }
    if (grads.size() != of.size()) {
      throw new IllegalArgumentException(label() + ": expected a gradient for each variable, got "
          + grads.size() + " gradients and " + of.size() + " variables");
    }
    if (!isBuilt()) {
      build(of);
    }
    split(of, grads, (o, part) -> o.apply(part.grads, part.variables));
    Variable n = iterationsVariable();
    n.assign(Prims.add(n.value(), Prims.scalar(DType.INT32, 1L)));
  }

  /** Not there: ask the optimizers. */
  @Override
  public Tensor learningRate() {
    throw new IllegalStateException(
        label() + ": each of its optimizers has a learning rate of its own");
  }

  /** Not there: set those of the optimizers. */
  @Override
  void changeLearningRate(Object value) {
    throw new IllegalStateException(
        label() + ": each of its optimizers has a learning rate of its own");
  }

  @Override
  public void finalizeVariableValues(List<Variable> of) {
    split(of, null, (o, part) -> o.finalizeVariableValues(part.variables));
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("optimizer_map", map);
    out.put("loss_scale_factor", lossScaleFactor);
    out.put("name", name());
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    if (!(config.get("optimizer_map") instanceof OptimizerMap m)) {
      throw new IllegalArgumentException(
          "MultiOptimizer: config entry 'optimizer_map' expects an OptimizerMap, got "
              + config.get("optimizer_map"));
    }
    this.lossScaleFactor =
        config.get("loss_scale_factor") instanceof Number n ? (Double) n.doubleValue() : null;
    wrap(m);
    if (config.get("name") instanceof String s) {
      setName(s);
    }
  }
}
