package org.keras4j.training.internal.outputs;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.training.losses.BinaryCrossentropy;
import org.keras4j.training.losses.CategoricalCrossentropy;
import org.keras4j.training.losses.LabelRange;
import org.keras4j.training.losses.Loss;
import org.keras4j.training.losses.SparseCategoricalCrossentropy;
import org.keras4j.training.metrics.Mean;
import org.keras4j.training.metrics.Metric;

/** The losses of a model's outputs, weighted and added, each tracked where there are several. */
public final class CompiledLoss {
  private static final Set<String> CROSSENTROPY = Set.of("crossentropy", "ce");

  private final @Nullable Object loss;
  private final @Nullable Object weights;
  private @Nullable List<Part> parts;
  private @Nullable Outputs outputs;
  private boolean sparse;

  // one loss of one output
  private record Part(
      int output,
      Loss loss,
      @Nullable Double weight,
      @Nullable Mean tracker,
      @Nullable LabelRange labels) {}

  public CompiledLoss(@Nullable Object loss, @Nullable Object weights) {
    this.loss = loss;
    this.weights = weights;
  }

  /** The trackers of the single losses, once the outputs are known. */
  public List<Metric> metrics() {
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
   * Pairs losses and outputs. The loss {@code "crossentropy"} is the one that fits the shapes.
   *
   * @throws IllegalArgumentException if a loss names an output that there is not, or the numbers differ
   */
  public void build(Outputs outputs, List<@Nullable Object> yTrue) {
    if (parts != null) {
      return;
    }
    List<Integer> at = new ArrayList<>();
    List<Object> identifiers = new ArrayList<>();
    List<Double> factors = new ArrayList<>();
    if (loss instanceof Map<?, ?> m) {
      m.keySet().forEach(key -> outputs.indexOf("loss", key));
      for (int i = 0; i < outputs.size(); i++) {
        String key = outputs.names().get(i);
        if (key != null) {
          add(at, identifiers, factors, i, m.get(key), weightOf(key, -1));
        }
      }
    } else if (loss instanceof List<?> l && outputs.size() == 1) {
      for (int i = 0; i < l.size(); i++) {
        add(at, identifiers, factors, 0, l.get(i), weightOf(null, i));
      }
    } else if (loss instanceof List<?> l) {
      if (l.size() != outputs.size()) {
        throw new IllegalArgumentException("compile: got " + l.size() + " losses for the "
            + outputs.size() + " outputs " + outputs.labels());
      }
      for (int i = 0; i < l.size(); i++) {
        add(at, identifiers, factors, i, l.get(i), weightOf(outputs.names().get(i), i));
      }
    } else {
      for (int i = 0; i < outputs.size(); i++) {
        add(at, identifiers, factors, i, loss, weightOf(outputs.names().get(i), i));
      }
    }
    List<Part> made = new ArrayList<>();
    for (int i = 0; i < identifiers.size(); i++) {
      int output = at.get(i);
      Loss l = loss(identifiers.get(i), yTrue.get(output), outputs.tensors().get(output));
      String name = outputs.names().get(output);
      Mean tracker =
          identifiers.size() > 1 ? new Mean((name == null ? l.name() : name) + "_loss") : null;
      LabelRange labels = l instanceof SparseCategoricalCrossentropy s
          ? s.labels(outputs.tensors().get(output).shape())
          : null;
      sparse |= labels != null;
      made.add(new Part(output, l, factors.get(i), tracker, labels));
    }
    this.outputs = outputs;
    this.parts = made;
  }

  private static void add(
      List<Integer> at,
      List<Object> identifiers,
      List<Double> factors,
      int output,
      @Nullable Object identifier,
      @Nullable Double factor) {
    if (identifier instanceof List<?> several) {
      several.forEach(s -> add(at, identifiers, factors, output, s, factor));
    } else if (identifier != null) {
      at.add(output);
      identifiers.add(identifier);
      factors.add(factor);
    }
  }

  private static Loss loss(Object identifier, @Nullable Object yTrue, Tensor yPred) {
    if (identifier instanceof String s && CROSSENTROPY.contains(s.toLowerCase(Locale.ROOT))) {
      if (yTrue == null) {
        throw new IllegalArgumentException("Loss '" + s + "' has no targets");
      }
      Loss l = switch (Targets.of(ArrayLike.spec(yTrue).shape(), yPred.shape())) {
        case BINARY -> new BinaryCrossentropy();
        case SPARSE -> new SparseCategoricalCrossentropy();
        case DENSE -> new CategoricalCrossentropy();
      };
      return l.name(s);
    }
    return Objects.requireNonNull(Loss.get(identifier));
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

  /**
   * Fails if labels on the host are no classes of a sparse loss; once the losses are built.
   *
   * @param model the model's name, for messages
   */
  public void requireLabels(String model, @Nullable Object targets) {
    if (!sparse || targets == null || parts == null || outputs == null) {
      return;
    }
    List<@Nullable Object> each = outputs.match("Targets", targets, false);
    for (Part p : parts) {
      if (p.labels != null
          && each.get(p.output) instanceof NDArray a
          && a.dtype() != DType.STRING) {
        p.labels.require(a, model + ", " + outputs.label(p.output));
      }
    }
  }

  private static Tensor value(
      Outputs outputs, Part p, Object target, Tensor output, @Nullable Object weight) {
    try {
      return p.loss.invoke(target, output, weight);
    } catch (IllegalArgumentException e) {
      throw Failures.in(place("Loss", outputs.label(p.output), target, output, weight), e);
    }
  }

  /** Where a loss or metric failed, and what it got there, for messages. */
  static String place(
      String kind, String output, Object target, Tensor predicted, @Nullable Object weight) {
    return kind + " of " + output + ", with targets " + ArrayLike.spec(target) + ", predictions "
        + predicted.spec()
        + (weight == null ? "" : " and sample weights " + ArrayLike.spec(weight));
  }

  /** The weighted sum, or null if there is no loss. */
  @Nullable
  public Tensor compute(Outputs outputs, List<Object> yTrue, List<@Nullable Object> sampleWeight) {
    Tensor total = null;
    for (Part p : parts == null ? Collections.<Part>emptyList() : parts) {
      Object t = yTrue.get(p.output);
      if (t == null) {
        throw new IllegalArgumentException("Loss '" + p.loss.name() + "' has no targets: "
            + outputs.label(p.output) + " got none");
      }
      Tensor y = outputs.tensors().get(p.output);
      Tensor value =
          ArrayLike.convert(value(outputs, p, t, y, sampleWeight.get(p.output)), Keras.floatx());
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
