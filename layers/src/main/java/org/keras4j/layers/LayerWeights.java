package org.keras4j.layers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Names;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.internal.ReadBudget;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.ops.custom.Autocast;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.random.SeedGenerator;

/** The weights of a layer, other state, and the layers inside. */
abstract class LayerWeights extends LayerSettings {
  private final List<Variable> ownVariables = new ArrayList<>();
  private final Set<Variable> nonTrainable = new LinkedHashSet<>();
  private final List<Layer.SeedState> seedStates = new ArrayList<>();
  private final Map<String, Object> tracked = new LinkedHashMap<>();
  boolean building;

  /** Whether the weights are updated in training; applies to the layers inside too. */
  public Layer trainable(boolean value) {
    this.trainable = value;
    for (Variable v : ownVariables) {
      if (!nonTrainable.contains(v)) {
        v.setTrainable(value);
      }
    }
    for (Layer l : layers()) {
      l.trainable(value);
    }
    return layer();
  }

  /** Makes a trainable weight of the layer's variable dtype; the initializer may be a name. */
  protected final Variable addWeight(String weightName, Shape shape, Object initializer) {
    return addWeight(weightName, shape, WeightOptions.initializer(initializer));
  }

  /** Makes a weight. */
  protected final Variable addWeight(String weightName, Shape shape, WeightOptions options) {
    DType dtype = options.dtype == null ? variableDtype() : options.dtype;
    requireRoom(weightName, shape, dtype);
    Initializer init = options.initializer;
    if (init == null) {
      init = Initializer.get(dtype.isFloat() ? "glorot_uniform" : "zeros");
    }
    Supplier<Tensor> first = init.later(shape, dtype);
    Variable v = new Variable(
        weightName,
        new TensorSpec(shape, dtype),
        options.trainable && trainable,
        () -> Autocast.with(null, first));
    v.setPath((building || built ? path : Names.path(name)) + "/" + weightName);
    v.setAutocast(options.autocast);
    v.setRegularizer(options.regularizer);
    v.setConstraint(options.constraint);
    v.setAggregation(options.aggregation);
    if (!options.trainable) {
      nonTrainable.add(v);
    }
    ownVariables.add(v);
    return v;
  }

  /** Counts a weight of a layer inside among this layer's own, as Keras does where it is an attribute. */
  protected final void adopt(Variable v) {
    ownVariables.add(v);
  }

  /** Removes a weight made before. */
  protected final void untrack(Variable v) {
    ownVariables.remove(v);
    nonTrainable.remove(v);
  }

  /**
   * Declares a layer inside this one under the attribute name that Keras's class has; its weights belong
   * to this layer then. Layers in fields that were not declared are found by themselves, under the
   * field's name in snake case.
   */
  protected final <L extends Layer> L track(String attribute, L layer) {
    tracked.put(attribute, layer);
    return layer;
  }

  /** Likewise for a list of layers. */
  protected final <L extends Layer> List<L> track(String attribute, List<L> list) {
    tracked.put(attribute, list);
    return list;
  }

  /** Declares a seed generator, whose state counts among the variables. */
  protected final <S extends Layer.SeedState> S track(S seed) {
    seedStates.add(seed);
    return seed;
  }

  /** Likewise. */
  protected final SeedGenerator track(SeedGenerator seed) {
    seedStates.add(seed::variables);
    return seed;
  }

  /** Forgets the seed generators declared so far. */
  protected final void untrackSeeds() {
    seedStates.clear();
  }

  /** Layers (or lists and maps of them) inside this one, by Keras attribute name. */
  public Map<String, Object> trackedAttributes() {
    Map<String, Object> out = new LinkedHashMap<>(tracked);
    FieldLayers.find(layer(), out);
    return out;
  }

  /** The layers directly inside this one. */
  public List<Layer> layers() {
    List<Layer> out = new ArrayList<>();
    for (Object o : trackedAttributes().values()) {
      for (Object leaf : Nest.flatten(o)) {
        if (leaf instanceof Layer l && !out.contains(l)) {
          out.add(l);
        }
      }
    }
    return out;
  }

  /** All layers inside this one, however deep, each once; this one first if asked for. */
  public final List<Layer> flattenLayers(boolean includeSelf) {
    Set<Layer> seen = Collections.newSetFromMap(new java.util.IdentityHashMap<>());
    List<Layer> out = new ArrayList<>();
    collect(layer(), seen, out);
    if (!includeSelf) {
      out.remove(0);
    }
    return out;
  }

  private static void collect(Layer l, Set<Layer> seen, List<Layer> out) {
    if (seen.add(l)) {
      out.add(l);
      l.layers().forEach(x -> collect(x, seen, out));
    }
  }

  /** The weights made by this layer itself: trainable ones first, in the order of creation. */
  public final List<Variable> ownWeights() {
    List<Variable> out = new ArrayList<>();
    ownVariables.stream().filter(v -> !nonTrainable.contains(v)).forEach(out::add);
    ownVariables.stream().filter(nonTrainable::contains).forEach(out::add);
    return out;
  }

  /** All weights, this layer's own first, then those of the layers inside; without seed states. */
  public final List<Variable> weights() {
    Set<Variable> out = new LinkedHashSet<>(ownWeights());
    layers().forEach(l -> out.addAll(l.weights()));
    return List.copyOf(out);
  }

  /** {@link #weights} and the states of seed generators. */
  public final List<Variable> variables() {
    Set<Variable> out = new LinkedHashSet<>(ownWeights());
    seedStates.forEach(s -> out.addAll(s.variables()));
    layers().forEach(l -> out.addAll(l.variables()));
    return List.copyOf(out);
  }

  /** The weights that training updates. */
  public final List<Variable> trainableWeights() {
    return trainable ? weights().stream().filter(Variable::isTrainable).toList() : List.of();
  }

  /** The weights that training does not update. */
  public final List<Variable> nonTrainableWeights() {
    return weights().stream().filter(v -> !trainable || !v.isTrainable()).toList();
  }

  /** {@link #trainableWeights} under the name that stateless calls use. */
  public final List<Variable> trainableVariables() {
    return trainableWeights();
  }

  /** The variables that training does not update, seed states among them. */
  public final List<Variable> nonTrainableVariables() {
    return variables().stream().filter(v -> !trainable || !v.isTrainable()).toList();
  }

  /** Copies of the weights. */
  public final List<NDArray> getWeights() {
    return weights().stream().map(v -> v.value().toNDArray()).toList();
  }

  /**
   * Sets the weights.
   *
   * @throws IllegalArgumentException if their number or a shape differs
   */
  public final void setWeights(List<NDArray> values) {
    List<Variable> weights = weights();
    if (weights.size() != values.size()) {
      throw new IllegalArgumentException(
          label() + ": has " + weights.size() + " weights, got " + values.size());
    }
    for (int i = 0; i < values.size(); i++) {
      Variable v = weights.get(i);
      if (!v.shape().equals(values.get(i).shape())) {
        throw new IllegalArgumentException(label() + ": weight '" + v.path() + "' has shape "
            + v.shape() + ", got " + values.get(i).shape());
      }
      v.assign(ArrayLike.tensor(values.get(i), v.dtype()));
    }
  }

  /** Those of {@link #ownWeights} that files hold, in their order. */
  public List<Variable> savedWeights() {
    return ownWeights();
  }

  /** What a file holds for one of {@link #savedWeights}. */
  public NDArray savedValue(Variable v) {
    return v.value().toNDArray();
  }

  /** Called when {@link #savedWeights} were assigned from a file. */
  public void loadedWeights() {}

  /** The number of elements of all weights. */
  public final long countParams() {
    if (!isBuilt()) {
      throw new IllegalStateException(label() + ": is not built yet, so its weights are not known");
    }
    return weights().stream().mapToLong(v -> v.shape().size()).sum();
  }

  private void requireRoom(String weightName, Shape shape, DType dtype) {
    double bytes = dtype.size();
    for (long d : shape.toArray()) {
      bytes *= d;
    }
    if (!ReadBudget.take(bytes)) {
      throw new IllegalArgumentException(label() + ": a weight '" + weightName + "' of shape "
          + shape + " is more than the file has weights for");
    }
  }
}
