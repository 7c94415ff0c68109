package org.keras4j.saving;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Variable;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.layers.Layer;
import org.keras4j.layers.SavedAssets;
import org.keras4j.models.Model;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.saving.internal.hdf5.H5Dataset;
import org.keras4j.saving.internal.hdf5.H5Writer;

/** Weights as HDF5 in Keras's layout: a group {@code path/vars} for each layer, datasets {@code 0, 1, ...}. */
final class WeightsFile {
  private WeightsFile() {}

  /** The texts that an archive has for a layer's path. */
  @FunctionalInterface
  interface Texts {
    Map<String, String> of(String path) throws IOException;
  }

  /** A file is whole, but of other weights than the model's. */
  static final class UnfitException extends FileFormatException {
    private static final long serialVersionUID = 1L;

    UnfitException(String message) {
      super(message);
    }
  }

  /** One array of a file; its value is taken as it is written. */
  record Stored(
      String group, String of, String name, DType dtype, Shape shape, Supplier<NDArray> value) {
    /** The bytes of its elements. */
    long bytes() {
      return shape.size() * dtype.size();
    }

    void to(H5Writer out) {
      out.attribute(group, "name", of);
      out.dataset(group, name, dtype, shape, value);
    }
  }

  /** The arrays of a model, those of the optimizer's state among them, in the order of files. */
  static List<Stored> stored(Layer model) {
    return stored(model, true);
  }

  /** The arrays of a model, copied from the device now: those of a moment of a training that goes on. */
  static List<Stored> copied(Layer model, boolean withOptimizer) {
    List<Stored> out = new ArrayList<>();
    for (Stored s : stored(model, withOptimizer)) {
      NDArray value = s.value.get();
      out.add(new Stored(s.group, s.of, s.name, s.dtype, s.shape, () -> value));
    }
    return out;
  }

  private static List<Stored> stored(Layer model, boolean withOptimizer) {
    List<Stored> out = new ArrayList<>();
    for (WeightTree.Entry e : WeightTree.of(model, withOptimizer)) {
      Layer layer = e.layer();
      Map<String, NDArray> named = layer instanceof SavedAssets s ? s.savedArrays() : Map.of();
      String vars = varsOf(e);
      int i = 0;
      for (Variable v : e.variables()) {
        out.add(new Stored(
            vars,
            e.name(),
            Integer.toString(i++),
            v.dtype(),
            v.shape(),
            () -> (layer == null ? v.value().toNDArray() : layer.savedValue(v)).astype(v.dtype())));
      }
      named.forEach(
          (name, a) -> out.add(new Stored(vars, e.name(), name, a.dtype(), a.shape(), () -> a)));
    }
    return out;
  }

  /** The file of a model's weights, the optimizer's state among them. */
  static H5Writer of(Layer model) {
    H5Writer out = new H5Writer();
    stored(model)
        .forEach(s -> s.to(out)); // groups without arrays are not written: nobody reads them
    return out;
  }

  /**
   * What is read and what is not.
   *
   * @param unfit is told why the file's optimizer state is not that of the model's optimizer, which then stays as it
   *     is; null to leave the optimizer alone in any case
   * @param skipped is told which layers do not fit, and why, which then stay as they are; null to refuse the file
   * @param without layers that stay as they are in any case
   */
  record Wanted(
      @Nullable Consumer<String> unfit,
      @Nullable BiConsumer<String, String> skipped,
      Collection<? extends Layer> without) {
    /** All weights. */
    static Wanted all(@Nullable Consumer<String> unfit) {
      return new Wanted(unfit, null, List.of());
    }
  }

  /** Reads weights into a built model; nothing is assigned unless everything wanted fits. */
  static void read(Layer model, WeightSource source, Texts texts, Wanted wanted)
      throws IOException {
    Map<Variable, H5Dataset> found = new LinkedHashMap<>();
    List<WeightTree.Entry> entries = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (WeightTree.Entry e : WeightTree.of(model, false, wanted.without)) {
      boolean assets = e.layer() instanceof SavedAssets;
      if (!e.variables().isEmpty() || assets) {
        known.add(varsOf(e));
      }
      try {
        if (!e.variables().isEmpty()) {
          collect(source, e, found);
        }
        entries.add(e);
      } catch (UnfitException x) {
        if (wanted.skipped == null) {
          throw x;
        }
        wanted.skipped.accept(e.name(), x.getMessage());
      }
    }
    if (!model.isBuilt()) {
      refuseWeights(source, known, model);
    }
    Consumer<String> unfit = wanted.unfit;
    if (unfit != null && model instanceof Model m && m.optimizer() != null) {
      OptimizerGroup state = OptimizerGroup.find(source);
      String problem = state == null ? null : state.collect(m, found);
      if (problem != null) {
        unfit.accept(problem);
      }
    }
    for (Map.Entry<Variable, H5Dataset> e : found.entrySet()) {
      e.getValue().check(e.getKey().dtype());
    }
    for (WeightTree.Entry e : entries) {
      if (e.layer() instanceof SavedAssets s) {
        s.loadAssets(named(source, e), texts.of(e.path()));
      }
    }
    // one at a time: all together may be more than fits into the heap
    for (Map.Entry<Variable, H5Dataset> e : found.entrySet()) {
      e.getKey().assign(ArrayLike.tensor(e.getValue().read(e.getKey().dtype())));
    }
    for (WeightTree.Entry e : entries) {
      if (e.layer() != null) {
        e.layer().loadedWeights();
      }
    }
  }

  // an unbuilt model takes the weights of those of its layers that are built; others would be lost
  private static void refuseWeights(WeightSource source, Set<String> known, Layer model)
      throws IOException {
    for (String group : source.groups()) {
      String within = "/" + group + "/";
      if (within.startsWith("/optimizer/") || within.contains("/seed_generator/")) {
        continue;
      }
      if (!known.contains(group)) {
        throw new FileFormatException("has weights '" + group + "', but the "
            + model.getClass().getSimpleName() + " '" + model.name()
            + "' is not built, and its config does not say for which shapes it was: build it"
            + " before it is saved, by a call or buildFor(shape), with a build that needs the"
            + " shape alone");
      }
    }
  }

  private static void collect(
      WeightSource source, WeightTree.Entry e, Map<Variable, H5Dataset> found) throws IOException {
    Map<String, @Nullable H5Dataset> vars = source.vars(varsOf(e));
    List<Variable> variables = e.variables();
    int there = 0;
    if (vars != null) {
      for (String name : vars.keySet()) {
        there += isNamed(e, name) ? 0 : 1;
      }
    }
    if (there != variables.size() || vars == null) {
      throw new UnfitException("layer '" + e.name() + "' has " + variables.size()
          + " variables, the file "
          + (vars == null ? "has no group '" + varsOf(e) + "'" : "has " + there));
    }
    Map<Variable, H5Dataset> all = new LinkedHashMap<>();
    for (int i = 0; i < variables.size(); i++) {
      Variable v = variables.get(i);
      H5Dataset d = vars.get(Integer.toString(i));
      if (d == null) {
        throw new FileFormatException("'" + varsOf(e) + "/" + i + "' is missing");
      }
      if (!d.shape().equals(v.shape())) {
        throw new UnfitException(
            "variable '" + v.path() + "' has shape " + v.shape() + ", the file's has " + d.shape());
      }
      all.put(v, d);
    }
    found.putAll(all);
  }

  private static boolean isNamed(WeightTree.Entry e, String name) {
    return e.layer() instanceof SavedAssets && !name.chars().allMatch(Character::isDigit);
  }

  /** The arrays of a layer that have names in place of numbers, for layers that save such. */
  private static Map<String, NDArray> named(WeightSource source, WeightTree.Entry e)
      throws IOException {
    Map<String, NDArray> out = new LinkedHashMap<>();
    Map<String, @Nullable H5Dataset> vars = source.vars(varsOf(e));
    if (vars != null) {
      for (Map.Entry<String, @Nullable H5Dataset> v : vars.entrySet()) {
        H5Dataset d = v.getValue();
        if (d != null && isNamed(e, v.getKey())) {
          out.put(v.getKey(), d.read(DType.FLOAT32));
        }
      }
    }
    return out;
  }

  private static String varsOf(WeightTree.Entry e) {
    return e.path().isEmpty() ? "vars" : e.path() + "/vars";
  }
}
