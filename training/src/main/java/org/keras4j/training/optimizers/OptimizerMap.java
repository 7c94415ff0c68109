package org.keras4j.training.optimizers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.ConfigFields;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Which optimizer has which variable, by regular expressions of paths ({@code keras.optimizers.OptimizerMap}).
 *
 * <pre>{@code
 * var map = new OptimizerMap(new Adam(1e-3)).put("embedding", new SGD(0.1));
 * }</pre>
 */
@KerasSerializable(module = "keras.optimizers")
public final class OptimizerMap implements Configurable, Function<Variable, Optimizer> {
  @Config
  private Optimizer defaultOptimizer;

  @Config
  private Map<String, Optimizer> optimizerMap = new LinkedHashMap<>();

  @SuppressWarnings("NullAway.Init") // setConfig fills it
  private OptimizerMap() {}

  /**
   * A map with no expressions.
   *
   * @param defaultOptimizer the optimizer for variables that nothing matches
   */
  public OptimizerMap(Optimizer defaultOptimizer) {
    this.defaultOptimizer = defaultOptimizer;
  }

  /**
   * Adds an optimizer.
   *
   * @param path a variable's path, or a regular expression of whole paths
   * @param optimizer the optimizer for these
   * @return this map
   * @throws IllegalArgumentException if the path is there already, or the optimizer is one of several
   */
  public OptimizerMap put(String path, Optimizer optimizer) {
    if (optimizerMap.containsKey(path)) {
      throw new IllegalArgumentException("OptimizerMap: '" + path + "' is there already");
    }
    if (optimizer instanceof LossScaleOptimizer || optimizer instanceof MultiOptimizer) {
      throw new IllegalArgumentException(
          "OptimizerMap: expected a plain optimizer for '" + path + "', got " + optimizer);
    }
    optimizerMap.put(path, optimizer);
    return this;
  }

  public Optimizer defaultOptimizer() {
    return defaultOptimizer;
  }

  /** The optimizers by path, without the default. */
  public Map<String, Optimizer> optimizers() {
    return Collections.unmodifiableMap(optimizerMap);
  }

  /**
   * The optimizer of a path.
   *
   * @throws IllegalArgumentException if several expressions match
   */
  public Optimizer get(String path) {
    Optimizer exact = optimizerMap.get(path);
    if (exact != null) {
      return exact;
    }
    List<String> matches = new ArrayList<>();
    for (String p : optimizerMap.keySet()) {
      if (Pattern.matches(p, path)) {
        matches.add(p);
      }
    }
    if (matches.size() > 1) {
      throw new IllegalArgumentException(
          "OptimizerMap: variable '" + path + "' is matched by several expressions: " + matches);
    }
    return matches.isEmpty()
        ? defaultOptimizer
        : Objects.requireNonNull(optimizerMap.get(matches.get(0)));
  }

  @Override
  public Optimizer apply(Variable variable) {
    return get(variable.path());
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    ConfigFields.write(this, config);
    Map<String, Optimizer> checked = new LinkedHashMap<>();
    for (Map.Entry<?, ?> e : ((Map<?, ?>) optimizerMap).entrySet()) {
      if (!(e.getValue() instanceof Optimizer o)) {
        throw new IllegalArgumentException(
            "OptimizerMap: expected an optimizer for '" + e.getKey() + "', got " + e.getValue());
      }
      checked.put((String) e.getKey(), o);
    }
    this.optimizerMap = checked;
  }
}
