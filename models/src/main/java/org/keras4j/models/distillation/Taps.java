package org.keras4j.models.distillation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.KerasTensor;
import org.keras4j.layers.CallArgs;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;

/** What a model and some of its layers give, in one pass. */
final class Taps {
  private static final String END = "final_output";

  private final Model model;
  private final @Nullable Functional whole;

  /** Where a graph begins and ends, nested as the model takes and gives it. */
  record Ends(Object inputs, Object outputs) {}

  /**
   * Of these layers.
   *
   * @throws IllegalStateException if there are any, and the model has no graph
   */
  Taps(Model model, Set<String> layers) {
    this.model = model;
    if (layers.isEmpty()) {
      whole = null;
      return;
    }
    Ends ends = endsOf(model);
    if (ends == null) {
      throw new IllegalStateException(model + ": has no graph to take layers' outputs from");
    }
    Map<String, Object> outputs = new LinkedHashMap<>();
    outputs.put(END, ends.outputs);
    for (String name : layers) {
      List<KerasTensor> out = model.getLayer(name).outputs();
      outputs.put("layer " + name, out.size() == 1 ? out.get(0) : out);
    }
    whole = Model.of(ends.inputs, outputs, model.name() + "_multi_feature_extractor");
  }

  /** The ends of a model's graph; null if it has none. */
  static @Nullable Ends endsOf(Model model) {
    if (model instanceof Functional f) {
      return new Ends(f.inputStructure(), f.outputStructure());
    }
    if (model instanceof Sequential s && s.isBuilt()) {
      List<KerasTensor> out = s.outputs();
      return new Ends(s.inputs().get(0), out.size() == 1 ? out.get(0) : out);
    }
    return null;
  }

  /** Whether layers inside are looked at. */
  boolean looksInside() {
    return whole != null;
  }

  /** What the model gives, and the layers; to be asked for with {@link #of}. */
  Map<?, ?> run(Object x, boolean training) {
    CallArgs args = CallArgs.training(training);
    return whole == null
        ? Map.of(END, model.invokeNested(x, args))
        : (Map<?, ?>) whole.invokeNested(x, args);
  }

  /** What a layer gave; null for the model. */
  static Object of(Map<?, ?> outputs, @Nullable String layer) {
    return Objects.requireNonNull(outputs.get(layer == null ? END : "layer " + layer));
  }
}
