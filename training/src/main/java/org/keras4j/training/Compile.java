package org.keras4j.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Fluent;
import org.keras4j.training.losses.Loss;
import org.keras4j.training.losses.LossFunction;
import org.keras4j.training.optimizers.Optimizer;

/**
 * What {@link Trainer#compile(Compile)} is told, under Keras's names and with its defaults. Losses and metrics
 * are objects, names, or lists and maps of them, one an output.
 */
public final class Compile {
  @Nullable
  Object optimizer = "rmsprop";

  @Nullable
  Object loss;

  @Nullable
  Object lossWeights;

  @Nullable
  Object metrics;

  @Nullable
  Object weightedMetrics;

  boolean runEagerly;

  @Nullable
  Integer stepsPerExecution;

  Object jitCompile = "auto";
  boolean autoScaleLoss = true;

  private Compile() {}

  /**
   * With an optimizer.
   *
   * @param optimizer the optimizer; null for none, for models that are not trained
   * @return settings
   */
  public static Compile optimizer(@Nullable Optimizer optimizer) {
    return given(optimizer);
  }

  /**
   * With an optimizer.
   *
   * @param name the optimizer's name, {@code "adam"}
   * @return settings
   */
  public static Compile optimizer(String name) {
    return given(name);
  }

  private static Compile given(@Nullable Object optimizer) {
    Compile c = new Compile();
    c.optimizer = optimizer;
    return c;
  }

  /**
   * What is made small.
   *
   * @param value of all outputs; null (the default) for what the layers add alone
   * @return these settings
   */
  public Compile loss(@Nullable Loss value) {
    return lossOfAnyKind(value);
  }

  /**
   * What is made small.
   *
   * @param value of all outputs
   * @return these settings
   */
  public Compile loss(LossFunction value) {
    return lossOfAnyKind(value);
  }

  /**
   * What is made small.
   *
   * @param name the name of a loss, {@code "mse"}, of all outputs; {@code "none"} for what the layers add alone
   * @return these settings
   */
  public Compile loss(@Nullable String name) {
    return lossOfAnyKind(Fluent.nameOrNull(name));
  }

  /**
   * What is made small.
   *
   * @param values for each output a {@link Loss}, a {@link LossFunction}, a name, or null for none
   * @return these settings
   */
  public Compile loss(List<?> values) {
    return lossOfAnyKind(values);
  }

  /**
   * What is made small.
   *
   * @param values by the names of outputs, each a {@link Loss}, a {@link LossFunction} or a name
   * @return these settings
   */
  public Compile loss(Map<String, ?> values) {
    return lossOfAnyKind(values);
  }

  /** A loss of one of these kinds. */
  Compile lossOfAnyKind(@Nullable Object value) {
    this.loss = value;
    return this;
  }

  /**
   * Factors of the outputs' losses.
   *
   * @param values one an output; null (the default) for 1 each
   * @return these settings
   */
  public Compile lossWeights(@Nullable List<? extends Number> values) {
    this.lossWeights = values;
    return this;
  }

  /**
   * Factors of the outputs' losses.
   *
   * @param values by the names of outputs
   * @return these settings
   */
  public Compile lossWeights(Map<String, ? extends Number> values) {
    this.lossWeights = values;
    return this;
  }

  /**
   * Metrics, evaluated without sample weights.
   *
   * @param value each a {@code Metric}, a {@code MetricFunction} or a name; or one alone that is a list, or a list or map of
   *     lists by output; none by default
   * @return these settings
   */
  public Compile metrics(@Nullable Object... value) {
    this.metrics = oneOrAll(value);
    return this;
  }

  /**
   * Metrics that take sample and class weights into account.
   *
   * @param value as {@link #metrics} takes them
   * @return these settings
   */
  public Compile weightedMetrics(@Nullable Object... value) {
    this.weightedMetrics = oneOrAll(value);
    return this;
  }

  private static @Nullable Object oneOrAll(@Nullable Object @Nullable [] value) {
    if (value == null || value.length == 0) {
      return null;
    }
    return value.length == 1 ? value[0] : new ArrayList<>(Arrays.asList(value));
  }

  /** Runs steps op by op, for debugging; false by default. */
  public Compile runEagerly(boolean value) {
    this.runEagerly = value;
    return this;
  }

  /**
   * How many batches one executable takes; callbacks hear of batches as often. By default one, or many where
   * that is faster and no callback looks at single batches; 1 for one in any case.
   */
  public Compile stepsPerExecution(int value) {
    if (value < 1) {
      throw new IllegalArgumentException("stepsPerExecution must be at least 1, got " + value);
    }
    this.stepsPerExecution = value;
    return this;
  }

  /**
   * Whether a step is compiled.
   *
   * @param value false for steps that run op by op; {@code "auto"} by default
   * @return these settings
   */
  public Compile jitCompile(boolean value) {
    this.jitCompile = value;
    return this;
  }

  /**
   * Whether a step is compiled.
   *
   * @param value {@code "auto"}, the default, which means true
   * @return these settings
   * @throws IllegalArgumentException if it is another string
   */
  public Compile jitCompile(String value) {
    if (!value.equals("auto")) {
      throw new IllegalArgumentException("jitCompile takes true, false or \"auto\", got " + value);
    }
    this.jitCompile = value;
    return this;
  }

  /** Whether a mixed_float16 model gets a loss-scaling optimizer; true by default. */
  public Compile autoScaleLoss(boolean value) {
    this.autoScaleLoss = value;
    return this;
  }

  /** The settings as {@code get_compile_config} gives them. */
  public Map<String, Object> toConfig(@Nullable Object builtOptimizer) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("optimizer", builtOptimizer == null ? optimizer : builtOptimizer);
    out.put("loss", loss);
    out.put("loss_weights", lossWeights);
    out.put("metrics", metrics);
    out.put("weighted_metrics", weightedMetrics);
    out.put("run_eagerly", runEagerly);
    out.put("steps_per_execution", stepsPerExecution == null ? 1 : stepsPerExecution);
    out.put("jit_compile", jitCompile.equals("auto") ? (Object) Boolean.TRUE : jitCompile);
    return out;
  }

  /**
   * The settings of a config, whose objects are made already.
   *
   * @throws IllegalArgumentException if it has an entry that is unknown, or of a value that cannot be
   */
  public static Compile fromConfig(Map<String, Object> config) {
    List<String> known = List.copyOf(new Compile().toConfig(null).keySet());
    for (String k : config.keySet()) {
      if (!known.contains(k)) {
        throw new IllegalArgumentException(
            "compile: config has an unknown entry '" + k + "', expected some of " + known);
      }
    }
    Compile c = given(config.get("optimizer"));
    c.loss = config.get("loss");
    c.lossWeights = config.get("loss_weights");
    c.metrics = config.get("metrics");
    c.weightedMetrics = config.get("weighted_metrics");
    c.runEagerly = Boolean.TRUE.equals(config.get("run_eagerly"));
    // 1 is what Keras writes where nothing was said
    if (config.get("steps_per_execution") instanceof Number n && n.intValue() != 1) {
      c.stepsPerExecution(n.intValue());
    }
    Object jit = config.get("jit_compile");
    if (jit instanceof Boolean b) {
      c.jitCompile(b);
    } else if (jit != null) {
      c.jitCompile(jit.toString());
    }
    return c;
  }
}
