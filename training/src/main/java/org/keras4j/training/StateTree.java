package org.keras4j.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Variable;
import org.keras4j.core.internal.Spelling;
import org.keras4j.ops.internal.engine.ArrayLike;

/** Values of variables as a tree of maps by the parts of their paths. */
final class StateTree {
  private StateTree() {}

  static Map<String, Object> of(String label, List<Variable> variables) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (Variable v : variables) {
      Map<String, Object> at = out;
      String[] parts = v.path().split("/");
      for (int i = 0; i < parts.length - 1; i++) {
        Object next = at.computeIfAbsent(parts[i], k -> new LinkedHashMap<String, Object>());
        at = node(label, v, next);
      }
      if (at.put(parts[parts.length - 1], v.value().toNDArray()) != null) {
        throw new IllegalStateException(label + ": has two variables of the path '" + v.path()
            + "'; give its layers names of their own");
      }
    }
    return out;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> node(String label, Variable v, Object next) {
    if (next instanceof Map<?, ?> m) {
      return (Map<String, Object>) m;
    }
    throw new IllegalStateException(
        label + ": the path '" + v.path() + "' goes on after that of another variable");
  }

  /** Collects what a tree assigns, all of which must be there. */
  static void collect(
      String label, Map<?, ?> tree, List<Variable> variables, Map<Variable, NDArray> out) {
    Map<String, Variable> known = new LinkedHashMap<>();
    variables.forEach(v -> known.put(v.path(), v));
    collect(label, tree, "", known, out);
  }

  private static void collect(
      String label,
      Map<?, ?> tree,
      String path,
      Map<String, Variable> known,
      Map<Variable, NDArray> out) {
    for (Map.Entry<?, ?> e : tree.entrySet()) {
      String at = path.isEmpty() ? String.valueOf(e.getKey()) : path + "/" + e.getKey();
      Object value = e.getValue();
      if (value instanceof Map<?, ?> m) {
        collect(label, m, at, known, out);
        continue;
      }
      Variable v = known.get(at);
      if (v == null) {
        throw new IllegalArgumentException(
            label + ": " + Spelling.unknown("variable", at, known.keySet()));
      }
      NDArray a = array(value);
      if (!v.shape().equals(a.shape())) {
        throw new IllegalArgumentException(
            label + ": variable '" + at + "' has shape " + v.shape() + ", got " + a.shape());
      }
      out.put(v, a);
    }
  }

  private static NDArray array(@Nullable Object value) {
    return value instanceof org.keras4j.core.Tensor t
        ? t.toNDArray()
        : NDArray.from(java.util.Objects.requireNonNull(value));
  }

  static void assign(Map<Variable, NDArray> values) {
    values.forEach((v, a) -> v.assign(ArrayLike.tensor(a, v.dtype())));
  }
}
