package org.keras4j.saving;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.WritableGroup;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Variable;
import org.keras4j.layers.SavedAssets;
import org.keras4j.models.Model;
import org.keras4j.ops.internal.engine.ArrayLike;

/** Weights as HDF5 in Keras's layout: a group {@code path/vars} for each layer, datasets {@code 0, 1, ...}. */
final class WeightsFile {
  private WeightsFile() {}

  /** Writes the weights, and the optimizer's state if asked for. */
  static void write(Model model, Path file, boolean withOptimizer) {
    try (WritableHdfFile h5 = HdfFile.write(file)) {
      Map<String, WritableGroup> groups = new HashMap<>();
      for (WeightTree.Entry e : WeightTree.of(model, withOptimizer)) {
        Map<String, NDArray> named =
            e.layer() instanceof SavedAssets s ? s.savedArrays() : Map.of();
        if (e.variables().isEmpty() && named.isEmpty()) {
          continue; // the library cannot write empty groups, and nobody reads them
        }
        WritableGroup vars = group(h5, groups, varsOf(e));
        vars.putAttribute("name", e.name());
        int i = 0;
        for (Variable v : e.variables()) {
          NDArray a = e.layer() == null ? v.value().toNDArray() : e.layer().savedValue(v);
          if (a.size() == 0) {
            throw new ModelFileException(
                file,
                "variable '" + v.path() + "' of shape " + v.shape()
                    + " is empty and cannot be saved");
          }
          vars.putDataset(Integer.toString(i++), H5Arrays.toJava(a));
        }
        named.forEach((name, a) -> vars.putDataset(name, H5Arrays.toJava(a)));
      }
    }
  }

  private static WritableGroup group(
      WritableHdfFile h5, Map<String, WritableGroup> groups, String path) {
    WritableGroup known = groups.get(path);
    if (known != null) {
      return known;
    }
    int cut = path.lastIndexOf('/');
    WritableGroup parent = cut < 0 ? h5 : group(h5, groups, path.substring(0, cut));
    WritableGroup made = parent.putGroup(path.substring(cut + 1));
    groups.put(path, made);
    return made;
  }

  /**
   * Reads weights into a built model; nothing is assigned unless everything fits.
   *
   * @param shown the file that messages name
   * @param texts the texts that an archive has for a layer's path
   * @param unfit is told why the file's optimizer state is not that of the model's optimizer, which then stays as it
   *     is; null to leave the optimizer alone in any case
   */
  static void read(
      Model model,
      Path file,
      Path shown,
      Function<String, Map<String, String>> texts,
      @Nullable Consumer<String> unfit) {
    try (HdfFile h5 = new HdfFile(file)) {
      Map<Variable, NDArray> values = new LinkedHashMap<>();
      List<WeightTree.Entry> entries = WeightTree.of(model, false);
      for (WeightTree.Entry e : entries) {
        if (!e.variables().isEmpty()) {
          collect(h5, e, shown, values);
        }
      }
      OptimizerGroup state =
          unfit == null || model.optimizer() == null ? null : OptimizerGroup.find(h5);
      if (state != null) {
        String problem = state.collect(model, values);
        if (problem != null) {
          unfit.accept(problem);
        }
      }
      for (WeightTree.Entry e : entries) {
        if (e.layer() instanceof SavedAssets s) {
          s.loadAssets(named(h5, e), texts.apply(e.path()));
        }
      }
      values.forEach((v, a) -> v.assign(ArrayLike.tensor(a)));
      entries.stream().filter(e -> e.layer() != null).forEach(e -> e.layer().loadedWeights());
    } catch (ModelFileException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new ModelFileException(shown, "its weights cannot be read: " + e.getMessage(), e);
    }
  }

  private static void collect(
      HdfFile h5, WeightTree.Entry e, Path shown, Map<Variable, NDArray> values) {
    Group vars = find(h5, varsOf(e));
    List<Variable> variables = e.variables();
    int there = vars == null ? 0 : vars.getChildren().size() - named(h5, e).size();
    if (there != variables.size()) {
      throw new ModelFileException(
          shown,
          "layer '" + e.name() + "' has " + variables.size() + " variables, the file "
              + (vars == null ? "has no group '" + e.path() + "'" : "has " + there));
    }
    for (int i = 0; i < variables.size(); i++) {
      Variable v = variables.get(i);
      Node n = vars.getChild(Integer.toString(i));
      if (!(n instanceof Dataset d)) {
        throw new ModelFileException(shown, "'" + e.path() + "/vars/" + i + "' is missing");
      }
      Shape s = H5Arrays.shape(d);
      if (!s.equals(v.shape())) {
        throw new ModelFileException(
            shown, "variable '" + v.path() + "' has shape " + v.shape() + ", the file's has " + s);
      }
      values.put(v, H5Arrays.read(d, v.dtype()));
    }
  }

  /** The arrays of a layer that have names in place of numbers, for layers that save such. */
  private static Map<String, NDArray> named(HdfFile h5, WeightTree.Entry e) {
    Map<String, NDArray> out = new LinkedHashMap<>();
    Group vars = find(h5, varsOf(e));
    if (e.layer() instanceof SavedAssets && vars != null) {
      vars.getChildren().forEach((name, n) -> {
        if (n instanceof Dataset d && !name.chars().allMatch(Character::isDigit)) {
          out.put(name, H5Arrays.read(d, DType.FLOAT32));
        }
      });
    }
    return out;
  }

  private static String varsOf(WeightTree.Entry e) {
    return e.path().isEmpty() ? "vars" : e.path() + "/vars";
  }

  static @Nullable Group find(HdfFile h5, String path) {
    Node n = h5;
    for (String part : path.split("/", -1)) {
      if (!(n instanceof Group g)) {
        return null;
      }
      n = g.getChild(part);
      if (n == null) {
        return null;
      }
    }
    return n instanceof Group g ? g : null;
  }
}
