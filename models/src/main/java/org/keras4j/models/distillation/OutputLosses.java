package org.keras4j.models.distillation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.ops.Ops;
import org.keras4j.training.losses.Loss;

/** A loss for each output of two models: a {@link Loss}, or a list or map of such, null for outputs without one. */
final class OutputLosses {
  /** The loss of one output. */
  interface OfOutput {
    /** Computes it. */
    Tensor apply(Loss loss, Tensor teacher, Tensor student);
  }

  private OutputLosses() {}

  /**
   * Makes losses of identifiers.
   *
   * @param given losses, names and configs, nested
   * @throws IllegalArgumentException if there is no such loss, or none at all
   */
  static Object of(String label, @Nullable Object given) {
    Object losses = resolved(given);
    if (losses == null || Nest.flatten(losses).stream().allMatch(Objects::isNull)) {
      throw new IllegalArgumentException(
          label + ": 'loss' expects at least one loss, got " + given);
    }
    return losses;
  }

  private static @Nullable Object resolved(@Nullable Object given) {
    if (given instanceof List<?> l) {
      List<@Nullable Object> out = new ArrayList<>();
      l.forEach(x -> out.add(resolved(x)));
      return out;
    }
    Object named = Serializer.functionName(given); // what Keras writes for a name
    if (named instanceof Map<?, ?> m && !m.containsKey("class_name")) {
      Map<Object, @Nullable Object> out = new LinkedHashMap<>();
      m.forEach((k, x) -> out.put(k, resolved(x)));
      return out;
    }
    return Loss.get(named);
  }

  /** Refuses outputs that are nested in another way than the losses. */
  static void requireForm(String label, Object losses, Object outputs) {
    if (!Nest.sameStructure(losses, outputs)) {
      throw new IllegalArgumentException(label + ": the losses are nested as "
          + DistillationLoss.form(losses) + ", the outputs as " + DistillationLoss.form(outputs));
    }
  }

  /** The sum over all outputs that have a loss. */
  static Tensor sum(Object losses, Object teacher, Object student, OfOutput each) {
    List<Object> flat = Nest.flatten(losses);
    List<Tensor> t = Nest.tensors(teacher);
    List<Tensor> s = Nest.tensors(student);
    Tensor total = null;
    for (int i = 0; i < flat.size(); i++) {
      if (flat.get(i) instanceof Loss loss) {
        Tensor value = Ops.mean(each.apply(loss, t.get(i), s.get(i)));
        total = total == null ? value : Ops.add(total, value);
      }
    }
    return Objects.requireNonNull(total);
  }
}
