package org.keras4j.saving;

import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Variable;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.layers.Layer;
import org.keras4j.layers.SavedAssets;
import org.keras4j.models.Model;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.saving.internal.hdf5.H5Dataset;
import org.keras4j.saving.internal.hdf5.H5Group;
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

  /** The file of a model's weights, the optimizer's state among them; values are taken as they are written. */
  static H5Writer of(Model model) {
    H5Writer out = new H5Writer();
    for (WeightTree.Entry e : WeightTree.of(model, true)) {
      Layer layer = e.layer();
      Map<String, NDArray> named = layer instanceof SavedAssets s ? s.savedArrays() : Map.of();
      if (e.variables().isEmpty() && named.isEmpty()) {
        continue; // nobody reads empty groups
      }
      String vars = varsOf(e);
      out.attribute(vars, "name", e.name());
      int i = 0;
      for (Variable v : e.variables()) {
        out.dataset(
            vars,
            Integer.toString(i++),
            v.dtype(),
            v.shape(),
            () -> (layer == null ? v.value().toNDArray() : layer.savedValue(v)).astype(v.dtype()));
      }
      named.forEach((name, a) -> out.dataset(vars, name, a.dtype(), a.shape(), () -> a));
    }
    return out;
  }

  /**
   * Reads weights into a built model; nothing is assigned unless everything fits.
   *
   * @param unfit is told why the file's optimizer state is not that of the model's optimizer, which then stays as it
   *     is; null to leave the optimizer alone in any case
   */
  static void read(Model model, H5Group root, Texts texts, @Nullable Consumer<String> unfit)
      throws IOException {
    Map<Variable, H5Dataset> found = new LinkedHashMap<>();
    List<WeightTree.Entry> entries = WeightTree.of(model, false);
    Set<String> known = new HashSet<>();
    for (WeightTree.Entry e : entries) {
      if (!e.variables().isEmpty()) {
        collect(root, e, found);
        known.add(varsOf(e));
      }
      if (e.layer() instanceof SavedAssets) {
        known.add(varsOf(e));
      }
    }
    if (!model.isBuilt()) {
      refuseWeights(root, "", known, model);
    }
    OptimizerGroup state =
        unfit == null || model.optimizer() == null ? null : OptimizerGroup.find(root);
    if (state != null) {
      String problem = state.collect(model, found);
      if (problem != null) {
        unfit.accept(problem);
      }
    }
    for (Map.Entry<Variable, H5Dataset> e : found.entrySet()) {
      e.getValue().check(e.getKey().dtype());
    }
    for (WeightTree.Entry e : entries) {
      if (e.layer() instanceof SavedAssets s) {
        s.loadAssets(named(root, e), texts.of(e.path()));
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
  private static void refuseWeights(H5Group group, String path, Set<String> known, Model model)
      throws IOException {
    for (String name : group.names()) {
      String at = path.isEmpty() ? name : path + "/" + name;
      if (at.equals("optimizer") || name.equals("seed_generator")) {
        continue;
      }
      H5Group inner = group.find(name);
      if (inner != null) {
        refuseWeights(inner, at, known, model);
      } else if (!known.contains(path)) {
        throw new FileFormatException(
            "has weights '" + at + "', but the "
                + model.getClass().getSimpleName() + " '" + model.name()
                + "' is not built, and its config does not say for which shapes it was: build it before"
                + " it is saved, by a call or buildFor(shape), with a build that needs the shape alone");
      }
    }
  }

  private static void collect(H5Group root, WeightTree.Entry e, Map<Variable, H5Dataset> found)
      throws IOException {
    H5Group vars = root.find(varsOf(e));
    List<Variable> variables = e.variables();
    int there = 0;
    if (vars != null) {
      for (String name : vars.names()) {
        there += isNamed(e, name) ? 0 : 1;
      }
    }
    if (there != variables.size() || vars == null) {
      throw new UnfitException("layer '" + e.name() + "' has " + variables.size()
          + " variables, the file "
          + (vars == null ? "has no group '" + varsOf(e) + "'" : "has " + there));
    }
    for (int i = 0; i < variables.size(); i++) {
      Variable v = variables.get(i);
      H5Dataset d = vars.dataset(Integer.toString(i));
      if (d == null) {
        throw new FileFormatException("'" + varsOf(e) + "/" + i + "' is missing");
      }
      if (!d.shape().equals(v.shape())) {
        throw new UnfitException(
            "variable '" + v.path() + "' has shape " + v.shape() + ", the file's has " + d.shape());
      }
      found.put(v, d);
    }
  }

  private static boolean isNamed(WeightTree.Entry e, String name) {
    return e.layer() instanceof SavedAssets && !name.chars().allMatch(Character::isDigit);
  }

  /** The arrays of a layer that have names in place of numbers, for layers that save such. */
  private static Map<String, NDArray> named(H5Group root, WeightTree.Entry e) throws IOException {
    Map<String, NDArray> out = new LinkedHashMap<>();
    H5Group vars = root.find(varsOf(e));
    if (vars != null) {
      for (String name : vars.names()) {
        H5Dataset d = isNamed(e, name) ? vars.dataset(name) : null;
        if (d != null) {
          out.put(name, d.read(DType.FLOAT32));
        }
      }
    }
    return out;
  }

  private static String varsOf(WeightTree.Entry e) {
    return e.path().isEmpty() ? "vars" : e.path() + "/vars";
  }
}
