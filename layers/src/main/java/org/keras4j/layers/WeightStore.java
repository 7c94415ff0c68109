package org.keras4j.layers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.keras4j.core.DType;
import org.keras4j.core.MemoryLimitException;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.internal.ReadBudget;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.ops.custom.Autocast;
import org.keras4j.ops.internal.engine.ArrayLike;

/** The weights of a layer, other state, and the layers inside. */
final class WeightStore {
  private final Layer layer;
  private final List<Variable> own = new ArrayList<>();
  private final Set<Variable> nonTrainable = new LinkedHashSet<>();
  private final List<Layer.SeedState> seedStates = new ArrayList<>();
  private final Map<String, Object> tracked = new LinkedHashMap<>();

  WeightStore(Layer layer) {
    this.layer = layer;
  }

  // ---- what is in it

  /** Makes a weight whose path begins with this one. */
  Variable add(String pathBefore, String name, Shape shape, WeightOptions options) {
    DType dtype = options.dtype == null ? layer.variableDtype() : options.dtype;
    requireRoom(name, shape, dtype);
    Initializer init = options.initializer;
    if (init == null) {
      init = Initializer.of(dtype.isFloat() ? "glorot_uniform" : "zeros");
    }
    Supplier<Tensor> first = init.later(shape, dtype);
    Variable v = new Variable(
        name,
        new TensorSpec(shape, dtype),
        options.trainable && layer.isTrainable(),
        () -> drawn(name, first));
    v.setPath(pathBefore + "/" + name);
    v.setAutocast(options.autocast);
    v.setRegularizer(options.regularizer);
    v.setConstraint(options.constraint);
    v.setAggregation(options.aggregation);
    if (!options.trainable) {
      nonTrainable.add(v);
    }
    own.add(v);
    return v;
  }

  // it may be drawn long after the layer was built
  private Tensor drawn(String weightName, Supplier<Tensor> first) {
    String place = layer.label() + ": weight '" + weightName + "'";
    try {
      return Autocast.with(null, first);
    } catch (MemoryLimitException e) {
      throw e.in(place);
    } catch (IllegalArgumentException e) {
      throw Failures.of(place, e);
    }
  }

  private void requireRoom(String weightName, Shape shape, DType dtype) {
    double bytes = dtype.size();
    for (long d : shape.toArray()) {
      bytes *= d;
    }
    if (!ReadBudget.take(bytes)) {
      throw new IllegalArgumentException(layer.label() + ": a weight '" + weightName + "' of shape "
          + shape + " is more than the file has weights for");
    }
  }

  void adopt(Variable v) {
    own.add(v);
  }

  void remove(Variable v) {
    own.remove(v);
    nonTrainable.remove(v);
  }

  void track(String attribute, Object layers) {
    tracked.put(attribute, layers);
  }

  void track(Layer.SeedState seed) {
    seedStates.add(seed);
  }

  List<Layer.SeedState> states() {
    return seedStates;
  }

  void untrackSeeds() {
    seedStates.clear();
  }

  /** Sets whether training updates the weights made here and in the layers inside. */
  void trainable(boolean value) {
    for (Variable v : own) {
      if (!nonTrainable.contains(v)) {
        v.setTrainable(value);
      }
    }
    for (Layer l : layer.layers()) {
      l.trainable(value);
    }
  }

  // ---- the layers inside

  /** Those declared and those in fields, by attribute. */
  Map<String, Object> attributes() {
    Map<String, Object> out = new LinkedHashMap<>(tracked);
    FieldLayers.find(layer, out);
    return out;
  }

  List<Layer> layers() {
    List<Layer> out = new ArrayList<>();
    for (Object o : layer.trackedAttributes().values()) {
      for (Object leaf : Nest.flatten(o)) {
        if (leaf instanceof Layer l && !out.contains(l)) {
          out.add(l);
        }
      }
    }
    return out;
  }

  /** The layer itself and all inside it, however deep, each once. */
  List<Layer> flattened() {
    Set<Layer> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Layer> out = new ArrayList<>();
    collect(layer, seen, out);
    return out;
  }

  private static void collect(Layer l, Set<Layer> seen, List<Layer> out) {
    if (seen.add(l)) {
      out.add(l);
      l.layers().forEach(x -> collect(x, seen, out));
    }
  }

  // ---- lists of weights

  List<Variable> own() {
    List<Variable> out = new ArrayList<>();
    own.stream().filter(v -> !nonTrainable.contains(v)).forEach(out::add);
    own.stream().filter(nonTrainable::contains).forEach(out::add);
    return out;
  }

  List<Variable> weights() {
    Set<Variable> out = new LinkedHashSet<>(own());
    layer.layers().forEach(l -> out.addAll(l.weights()));
    return List.copyOf(out);
  }

  List<Variable> variables() {
    Set<Variable> out = new LinkedHashSet<>(own());
    seedStates.forEach(s -> out.addAll(s.variables()));
    layer.layers().forEach(l -> out.addAll(l.variables()));
    return List.copyOf(out);
  }

  List<Variable> trainableWeights() {
    return layer.isTrainable()
        ? weights().stream().filter(Variable::isTrainable).toList()
        : List.of();
  }

  List<Variable> nonTrainable(List<Variable> of) {
    boolean trainable = layer.isTrainable();
    return of.stream().filter(v -> !trainable || !v.isTrainable()).toList();
  }

  // ---- their values

  List<NDArray> values() {
    return weights().stream().map(v -> v.value().toNDArray()).toList();
  }

  void assign(List<NDArray> values) {
    List<Variable> weights = weights();
    if (weights.size() != values.size()) {
      throw new IllegalArgumentException(
          layer.label() + ": has " + weights.size() + " weights, got " + values.size());
    }
    for (int i = 0; i < values.size(); i++) {
      Variable v = weights.get(i);
      if (!v.shape().equals(values.get(i).shape())) {
        throw new IllegalArgumentException(layer.label() + ": weight '" + v.path() + "' has shape "
            + v.shape() + ", got " + values.get(i).shape());
      }
      v.assign(ArrayLike.tensor(values.get(i), v.dtype()));
    }
  }

  long countParams() {
    if (!layer.isBuilt()) {
      throw new IllegalStateException(
          layer.label() + ": is not built yet, so its weights are not known");
    }
    return weights().stream().mapToLong(v -> v.shape().size()).sum();
  }
}
