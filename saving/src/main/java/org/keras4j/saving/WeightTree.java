package org.keras4j.saving;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Names;
import org.keras4j.core.Variable;
import org.keras4j.layers.Layer;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.training.optimizers.LossScaleOptimizer;
import org.keras4j.training.optimizers.MultiOptimizer;
import org.keras4j.training.optimizers.Optimizer;

/**
 * Where each variable of a model stands in a weights file: Keras walks the attributes of model and layers,
 * private ones last, and numbers the entries of containers by class.
 */
final class WeightTree {
  /** One group: the variables of one layer or optimizer. */
  record Entry(
      String path,
      String name,
      List<Variable> variables,
      @Nullable Layer layer) {}

  private final List<Entry> entries = new ArrayList<>();
  private final Set<Object> visited = Collections.newSetFromMap(new IdentityHashMap<>());

  private WeightTree() {}

  /** The groups of a model or layer; its optimizer's among them if asked for. */
  static List<Entry> of(Layer model, boolean withOptimizer) {
    return of(model, withOptimizer, List.of());
  }

  /** Likewise, without those of some layers and the layers inside of them. */
  static List<Entry> of(Layer model, boolean withOptimizer, Collection<? extends Layer> without) {
    WeightTree t = new WeightTree();
    t.visited.addAll(without);
    t.walk(model, "", withOptimizer);
    return t.entries;
  }

  private void walk(Layer layer, String path, boolean withOptimizer) {
    if (!visited.add(layer)) {
      return;
    }
    entries.add(new Entry(path, layer.name(), layer.savedWeights(), layer));
    Map<String, Object> attributes = new LinkedHashMap<>(layer.trackedAttributes());
    if (layer instanceof Sequential || layer instanceof Functional) {
      children(attributes.remove("layers"), join(path, "layers"), withOptimizer);
    }
    Map<String, Object> sorted = new TreeMap<>();
    attributes.forEach((k, v) -> sorted.put(k.startsWith("_") ? "~" + k : k, v));
    if (layer instanceof Model && !(layer instanceof Sequential || layer instanceof Functional)) {
      // an attribute of all models: those of later names are found by it
      sorted.putIfAbsent("layers", layer.layers());
    }
    boolean optimizerDone = !withOptimizer;
    for (Map.Entry<String, Object> e : sorted.entrySet()) {
      if (!optimizerDone && e.getKey().compareTo("optimizer") > 0) {
        optimizer(layer, path);
        optimizerDone = true;
      }
      String key = e.getKey().startsWith("~") ? e.getKey().substring(1) : e.getKey();
      if (e.getValue() instanceof Layer l) {
        walk(l, join(path, key), withOptimizer);
      } else {
        children(e.getValue(), join(path, key), withOptimizer);
      }
    }
    if (!optimizerDone) {
      optimizer(layer, path);
    }
  }

  private void optimizer(Layer layer, String path) {
    if (layer instanceof Model m && m.optimizer() != null) {
      optimizer(m.optimizer(), join(path, "optimizer"));
    }
  }

  // an optimizer around others holds their variables too; Keras writes and reads both
  private void optimizer(Optimizer o, String path) {
    if (!visited.add(o)) {
      return;
    }
    entries.add(new Entry(path, o.name(), o.variables(), null));
    if (o instanceof LossScaleOptimizer scaled) {
      optimizer(scaled.innerOptimizer(), join(path, "inner_optimizer"));
    } else if (o instanceof MultiOptimizer several) {
      Map<String, Integer> used = new HashMap<>();
      for (Optimizer each : several.optimizers()) {
        String name = unique(Names.snakeCase(each.getClass().getSimpleName()), used);
        optimizer(each, join(path, "optimizers/" + name));
      }
    }
  }

  private void children(@Nullable Object container, String path, boolean withOptimizer) {
    Map<String, Integer> used = new HashMap<>();
    Iterable<?> items = container instanceof Map<?, ?> m
        ? m.values()
        : container instanceof Object[] a
            ? List.of(a)
            : container instanceof List<?> l ? l : List.of();
    for (Object o : items) {
      if (o instanceof Layer l) {
        walk(l, join(path, unique(Names.snakeCase(l.className()), used)), withOptimizer);
      } else if (o instanceof List || o instanceof Map) {
        children(o, join(path, unique("container", used)), withOptimizer);
      }
    }
  }

  private static String unique(String name, Map<String, Integer> used) {
    Integer n = used.get(name);
    used.put(name, n == null ? 0 : n + 1);
    return n == null ? name : name + "_" + (n + 1);
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }
}
