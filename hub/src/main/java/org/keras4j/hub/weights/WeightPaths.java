package org.keras4j.hub.weights;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.keras4j.core.Variable;
import org.keras4j.layers.Layer;

/** The weights of a layer by their paths: names of the layers inside of it, then the weight's. */
final class WeightPaths {
  /** A weight and the layer that has it, which knows what files hold of it. */
  record Weight(Layer layer, Variable variable) {}

  private final Map<String, Weight> found = new LinkedHashMap<>();
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private WeightPaths() {}

  static Map<String, Weight> of(Layer layer) {
    if (!layer.isBuilt()) {
      throw new IllegalStateException(
          "WeightMap: " + layer.name() + " has no weights yet: build it, or call it once");
    }
    WeightPaths w = new WeightPaths();
    w.walk(layer, "");
    return w.found;
  }

  private void walk(Layer layer, String prefix) {
    if (!seen.add(layer)) {
      return;
    }
    for (Variable v : layer.savedWeights()) {
      if (found.put(prefix + v.name(), new Weight(layer, v)) != null) {
        throw new IllegalArgumentException("WeightMap: there are two weights '" + prefix + v.name()
            + "', as two layers have the same name");
      }
    }
    for (Layer inner : layer.layers()) {
      walk(inner, prefix + inner.name() + "/");
    }
  }
}
