package org.keras4j.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.layers.Layer;
import org.keras4j.training.data.Batch;
import org.keras4j.training.internal.outputs.CompiledLoss;
import org.keras4j.training.internal.outputs.CompiledMetrics;
import org.keras4j.training.internal.outputs.Outputs;
import org.keras4j.training.metrics.Mean;
import org.keras4j.training.metrics.Metric;
import org.keras4j.training.optimizers.LossScaleOptimizer;
import org.keras4j.training.optimizers.Optimizer;

/** What a model was compiled with, and the metrics it reports: optimizer, losses, metrics, and the mean of the loss. */
final class Compilation {
  private final Trainer model;
  private @Nullable Compile settings;
  private @Nullable Optimizer optimizer;
  private @Nullable CompiledLoss loss;
  private @Nullable CompiledMetrics metrics;
  private final Mean lossTracker = new Mean("loss");
  private boolean tracksLoss;
  private final List<Metric> trackedMetrics = new ArrayList<>();

  Compilation(Trainer model) {
    this.model = model;
  }

  // ---- what was given

  void set(Compile given) {
    Optimizer o = Optimizer.get(given.optimizer);
    if (o != null
        && given.autoScaleLoss
        && model.dtypePolicy().name().equals("mixed_float16")
        && !(o instanceof LossScaleOptimizer)) {
      o = new LossScaleOptimizer(o);
    }
    optimizer = o;
    loss = given.loss == null ? null : new CompiledLoss(given.loss, given.lossWeights);
    metrics = new CompiledMetrics(given.metrics, given.weightedMetrics);
    settings = given;
  }

  @Nullable
  Compile settings() {
    return settings;
  }

  /** The settings; it is an error if there are none. */
  Compile require(String what) {
    Compile c = settings;
    if (c == null) {
      throw new IllegalStateException(model.describe() + ": must be compiled before " + what
          + ", for instance by" + " model.compile(\"adam\", \"mse\")");
    }
    return c;
  }

  @Nullable
  Optimizer optimizer() {
    return optimizer;
  }

  Optimizer requireOptimizer() {
    require("training");
    Optimizer o = optimizer;
    if (o == null) {
      throw new IllegalStateException(model.describe() + ": was compiled without an optimizer");
    }
    return o;
  }

  boolean runsEagerly() {
    Compile c = settings;
    return c != null && (c.runEagerly || Boolean.FALSE.equals(c.jitCompile));
  }

  int stepsPerExecution() {
    Compile c = settings;
    return c == null || c.stepsPerExecution == null ? 1 : c.stepsPerExecution;
  }

  /** Whether nobody said how many steps one executable runs. */
  boolean groupsByItself() {
    Compile c = settings;
    return c == null || c.stepsPerExecution == null;
  }

  // ---- made for shapes

  /** Whether nothing remains to be built for such a batch. */
  boolean isReadyFor(Batch batch, boolean training) {
    return (metrics == null || batch.y() == null || metrics.isBuilt())
        && (!training || optimizer == null || optimizer.isBuilt());
  }

  void build(@Nullable Object y, Object yPred) {
    Outputs out = new Outputs(yPred, model.outputNames());
    List<@Nullable Object> targets = out.match("Targets", y, false);
    if (loss != null) {
      loss.build(out, targets);
    }
    if (metrics != null && y != null) {
      metrics.build(out, targets);
    }
  }

  /** Once outputs are known. */
  void buildOptimizer() {
    if (optimizer != null) {
      optimizer.build(model.trainableVariables());
    }
  }

  /** Whether steps will report a loss, found out without one. */
  void expectLoss() {
    tracksLoss |= loss != null || !model.losses().isEmpty();
  }

  // ---- losses

  /** The losses, weighted and added; null if none was given. */
  @Nullable
  Tensor loss(@Nullable Object y, Object yPred, @Nullable Object sampleWeight) {
    CompiledLoss l = loss;
    if (l == null) {
      return null;
    }
    Outputs out = new Outputs(yPred, model.outputNames());
    List<@Nullable Object> targets = out.match("Targets", y, false);
    l.build(out, targets);
    return l.compute(out, targets, out.match("Sample weights", sampleWeight, true));
  }

  /** Fails if targets on the host hold labels that are no classes; once the model was built for them. */
  void requireLabels(@Nullable Object targets) {
    if (loss != null) {
      loss.requireLabels(model.describe(), targets);
    }
  }

  /** Counts the loss of a batch; {@code size} its samples, or null. */
  void track(Tensor total, @Nullable Object size) {
    tracksLoss = true;
    lossTracker.updateState(total, size);
  }

  // ---- metrics

  void track(Metric metric) {
    trackedMetrics.add(metric);
  }

  List<Metric> metrics() {
    List<Metric> out = new ArrayList<>();
    if (settings != null) {
      if (loss != null || tracksLoss) {
        out.add(lossTracker);
      }
      if (metrics != null) {
        out.addAll(metrics.metrics());
      }
      if (loss != null) {
        out.addAll(loss.metrics());
      }
    }
    out.addAll(own());
    return out;
  }

  /** Those that a step of one's own updates, and those that calls of layers inside update. */
  private Set<Metric> own() {
    Set<Metric> out = new LinkedHashSet<>(trackedMetrics);
    for (Layer l : model.flattenLayers(true)) {
      if (l == model || !(l instanceof Trainer)) { // a model inside is trained by this one
        for (Object state : l.trackedStates()) {
          if (state instanceof Metric m) {
            out.add(m);
          }
        }
      }
    }
    return out;
  }

  List<Variable> metricVariables() {
    List<Variable> out = new ArrayList<>();
    model.metrics().forEach(m -> out.addAll(m.variables()));
    return out;
  }

  /** Updates the metrics given to compile. */
  void update(@Nullable Object y, Object yPred, @Nullable Object sampleWeight) {
    CompiledMetrics m = metrics;
    if (m != null && y != null) {
      Outputs out = new Outputs(yPred, model.outputNames());
      List<Object> targets = out.match("Targets", y, false);
      m.build(out, targets);
      m.update(out, targets, out.match("Sample weights", sampleWeight, true));
    }
  }

  /** What all metrics have come to, by name. */
  Map<String, Object> results() {
    Map<String, Object> out = new LinkedHashMap<>();
    if (tracksLoss && settings != null) {
      out.put("loss", lossTracker.result());
    }
    if (metrics != null) {
      out.putAll(metrics.results());
    }
    if (loss != null) {
      loss.metrics().forEach(t -> out.put(t.name(), t.result()));
    }
    for (Metric t : own()) {
      if (t.result() instanceof Map<?, ?> m) {
        m.forEach((k, v) -> out.put(k.toString(), v));
      } else {
        out.put(t.name(), t.result());
      }
    }
    return out;
  }
}
