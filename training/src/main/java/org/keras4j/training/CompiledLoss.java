package org.keras4j.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.engine.ArrayLike;
import org.keras4j.ops.engine.Prims;
import org.keras4j.training.losses.Loss;
import org.keras4j.training.metrics.Mean;
import org.keras4j.training.metrics.Metric;

/** The losses of a model's outputs, weighted and added, each tracked where there are several. */
final class CompiledLoss {
  private final @Nullable Object loss;
  private final @Nullable Object weights;
  private @Nullable List<Part> parts;

  // one loss of one output
  private record Part(
      int output,
      Loss loss,
      @Nullable Double weight,
      @Nullable Mean tracker) {}

  CompiledLoss(@Nullable Object loss, @Nullable Object weights) {
    this.loss = loss;
    this.weights = weights;
  }

  /** The trackers of the single losses, once the outputs are known. */
  List<Metric> metrics() {
    List<Metric> out = new ArrayList<>();
    if (parts != null) {
      for (Part p : parts) {
        if (p.tracker != null) {
          out.add(p.tracker);
        }
      }
    }
    return out;
  }

  /**
   * Pairs losses and outputs.
   *
   * @throws IllegalArgumentException if a loss names an output that there is not, or the numbers differ
   */
  void build(Outputs outputs) {
    if (parts != null) {
      return;
    }
    List<Integer> at = new ArrayList<>();
    List<Loss> losses = new ArrayList<>();
    List<Double> factors = new ArrayList<>();
    if (loss instanceof Map<?, ?> m) {
      for (Object key : m.keySet()) {
        add(at, losses, factors, outputs.indexOf("loss", key), m.get(key), weightOf(key, -1));
      }
    } else if (loss instanceof List<?> l && outputs.size() == 1) {
      for (int i = 0; i < l.size(); i++) {
        add(at, losses, factors, 0, l.get(i), weightOf(null, i));
      }
    } else if (loss instanceof List<?> l) {
      if (l.size() != outputs.size()) {
        throw new IllegalArgumentException("compile: got " + l.size() + " losses for the "
            + outputs.size() + " outputs " + outputs.names());
      }
      for (int i = 0; i < l.size(); i++) {
        add(at, losses, factors, i, l.get(i), weightOf(outputs.names().get(i), i));
      }
    } else {
      for (int i = 0; i < outputs.size(); i++) {
        add(at, losses, factors, i, loss, weightOf(outputs.names().get(i), i));
      }
    }
    List<Part> made = new ArrayList<>();
    for (int i = 0; i < losses.size(); i++) {
      String name = outputs.names().get(at.get(i));
      Mean tracker = losses.size() > 1
          ? new Mean((name == null ? losses.get(i).name() : name) + "_loss")
          : null;
      made.add(new Part(at.get(i), losses.get(i), factors.get(i), tracker));
    }
    this.parts = made;
  }

  private static void add(
      List<Integer> at,
      List<Loss> losses,
      List<Double> factors,
      int output,
      @Nullable Object identifier,
      @Nullable Double factor) {
    if (identifier instanceof List<?> several) {
      several.forEach(s -> add(at, losses, factors, output, s, factor));
    } else if (identifier != null) {
      at.add(output);
      losses.add(Loss.get(identifier));
      factors.add(factor);
    }
  }

  private @Nullable Double weightOf(@Nullable Object key, int index) {
    Object w = weights;
    if (w instanceof Map<?, ?> m) {
      w = m.get(key);
    } else if (w instanceof List<?> l) {
      if (index < 0 || index >= l.size()) {
        throw new IllegalArgumentException(
            "compile: lossWeights " + l + " do not match the losses");
      }
      w = l.get(index);
    }
    return w == null ? null : ((Number) w).doubleValue();
  }

  /** The weighted sum, or null if there is no loss. */
  @Nullable
  Tensor compute(List<Object> yTrue, List<Tensor> yPred, List<@Nullable Object> sampleWeight) {
    Tensor total = null;
    for (Part p : parts == null ? Collections.<Part>emptyList() : parts) {
      Object t = yTrue.get(p.output);
      if (t == null) {
        throw new IllegalArgumentException(
            "Loss '" + p.loss.name() + "' has no targets: output " + p.output + " got none");
      }
      Tensor y = yPred.get(p.output);
      Tensor value =
          ArrayLike.convert(p.loss.apply(t, y, sampleWeight.get(p.output)), p.loss.dtype());
      if (p.tracker != null) {
        p.tracker.updateState(value, Prims.dimSize(y, 0));
      }
      if (p.weight != null) {
        value = Ops.multiply(value, p.weight);
      }
      total = total == null ? value : Ops.add(total, value);
    }
    return total;
  }
}
