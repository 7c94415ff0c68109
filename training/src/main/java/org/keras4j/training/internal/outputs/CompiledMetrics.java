package org.keras4j.training.internal.outputs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.training.metrics.BinaryAccuracy;
import org.keras4j.training.metrics.BinaryCrossentropy;
import org.keras4j.training.metrics.CategoricalAccuracy;
import org.keras4j.training.metrics.CategoricalCrossentropy;
import org.keras4j.training.metrics.Metric;
import org.keras4j.training.metrics.SparseCategoricalAccuracy;
import org.keras4j.training.metrics.SparseCategoricalCrossentropy;

/** The metrics given to compile, matched with outputs when these are first seen. */
public final class CompiledMetrics {
  private final @Nullable Object plain;
  private final @Nullable Object weighted;
  private @Nullable List<Part> parts;

  private record Part(int output, Metric metric, boolean weighted, String prefix, String name) {}

  public CompiledMetrics(@Nullable Object plain, @Nullable Object weighted) {
    this.plain = plain;
    this.weighted = weighted;
  }

  public boolean isBuilt() {
    return parts != null;
  }

  public List<Metric> metrics() {
    return parts == null ? List.of() : parts.stream().map(Part::metric).toList();
  }

  public void build(Outputs outputs, List<@Nullable Object> yTrue) {
    if (parts == null) {
      List<Part> made = new ArrayList<>();
      add(made, outputs, yTrue, plain, false);
      add(made, outputs, yTrue, weighted, true);
      parts = made;
    }
  }

  private static void add(
      List<Part> made,
      Outputs outputs,
      List<@Nullable Object> yTrue,
      @Nullable Object given,
      boolean weighted) {
    if (given == null) {
      return;
    }
    if (given instanceof Map<?, ?> m && outputs.size() > 1) {
      m.keySet().forEach(k -> outputs.indexOf("metrics", k));
      for (int i = 0; i < outputs.size(); i++) {
        String key = outputs.names().get(i);
        addAll(made, outputs, yTrue, i, key == null ? null : m.get(key), weighted);
      }
    } else if (given instanceof List<?> l
        && outputs.size() > 1
        && l.size() == outputs.size()
        && l.stream().anyMatch(x -> x == null || x instanceof List)) {
      for (int i = 0; i < l.size(); i++) {
        addAll(made, outputs, yTrue, i, l.get(i), weighted);
      }
    } else if (outputs.size() == 1) {
      addAll(made, outputs, yTrue, 0, given, weighted);
    } else if (given instanceof List<?> l && l.size() == outputs.size()) {
      for (int i = 0; i < l.size(); i++) {
        addAll(made, outputs, yTrue, i, l.get(i), weighted);
      }
    } else {
      throw new IllegalArgumentException("compile: a model of " + outputs.size()
          + " outputs takes a list of as many lists of metrics," + " or a map, got " + given);
    }
  }

  private static void addAll(
      List<Part> made,
      Outputs outputs,
      List<@Nullable Object> yTrue,
      int output,
      @Nullable Object given,
      boolean weighted) {
    if (Nest.isNested(given)) {
      Nest.flatten(given).forEach(x -> addAll(made, outputs, yTrue, output, x, weighted));
      return;
    }
    if (given == null || yTrue.get(output) == null) {
      return;
    }
    Metric m = metric(
        given, ArrayLike.spec(yTrue.get(output)).shape(), outputs.tensors().get(output));
    String outputName = outputs.size() > 1 ? outputs.names().get(output) : null;
    String prefix = outputName == null ? "" : outputName + "_";
    made.add(new Part(output, m, weighted, prefix, prefix + m.name()));
  }

  // "accuracy" and "crossentropy" mean what fits the shapes, under the name given
  private static Metric metric(Object given, Shape yTrue, Tensor yPred) {
    if (given instanceof String s) {
      String id = s.toLowerCase(java.util.Locale.ROOT);
      boolean accuracy = id.equals("accuracy") || id.equals("acc");
      boolean entropy = id.equals("crossentropy") || id.equals("ce");
      if (accuracy || entropy) {
        Targets targets = Targets.of(yTrue, yPred.shape());
        boolean binary = targets == Targets.BINARY;
        boolean sparse = targets == Targets.SPARSE;
        Metric m = accuracy
            ? binary
                ? new BinaryAccuracy()
                : sparse ? new SparseCategoricalAccuracy() : new CategoricalAccuracy()
            : binary
                ? new BinaryCrossentropy()
                : sparse ? new SparseCategoricalCrossentropy() : new CategoricalCrossentropy();
        return m.name(s);
      }
    }
    Metric m = Objects.requireNonNull(Metric.get(given));
    return given instanceof String s ? m.name(s) : m;
  }

  public void update(Outputs outputs, List<Object> yTrue, List<@Nullable Object> sampleWeight) {
    for (Part p : parts == null ? List.<Part>of() : parts) {
      Object t = yTrue.get(p.output);
      if (t != null) {
        Object weight = p.weighted ? sampleWeight.get(p.output) : null;
        Tensor y = outputs.tensors().get(p.output);
        try {
          p.metric.updateState(t, y, weight);
        } catch (IllegalArgumentException e) {
          throw Failures.in(CompiledLoss.place("Metric", outputs.label(p.output), t, y, weight), e);
        }
      }
    }
  }

  /**
   * The results by name; of two metrics of one name, the second gets a number, and a weighted one
   * before that the prefix {@code weighted_}.
   */
  public Map<String, Object> results() {
    Map<String, Object> out = new LinkedHashMap<>();
    for (Part p : parts == null ? List.<Part>of() : parts) {
      Object r = p.metric.result();
      if (r instanceof Map<?, ?> m) {
        m.forEach((k, v) -> put(out, k.toString(), v));
      } else if (p.weighted && out.containsKey(p.name)) {
        put(out, p.prefix + "weighted_" + p.metric.name(), r);
      } else {
        put(out, p.name, r);
      }
    }
    return out;
  }

  private static void put(Map<String, Object> out, String name, Object value) {
    String n = name;
    for (int i = 1; out.containsKey(n); i++) {
      n = name + "_" + i;
    }
    out.put(n, value);
  }
}
