package org.keras4j.saving;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.Variable;
import org.keras4j.core.internal.messages.Log;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.layers.Layer;
import org.keras4j.models.Model;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.saving.internal.hdf5.H5Dataset;
import org.keras4j.saving.internal.hdf5.H5Group;
import org.keras4j.saving.internal.hdf5.H5Writer;

/**
 * Weights in the layout of Keras 1 and 2, which Keras 3 still reads and writes: the attribute {@code layer_names} lists the
 * model's layers, each has a group with the attribute {@code weight_names}, which lists the datasets below it: its trainable
 * weights, then the others, those of layers inside among them.
 */
final class LegacyWeights {
  private static final Log LOG = Log.of(LegacyWeights.class);

  static final String KERAS_VERSION = "3.15.1";
  static final String LAYER_NAMES = "layer_names";
  private static final String WEIGHT_NAMES = "weight_names";
  private static final String OWN = "top_level_model_weights";

  private LegacyWeights() {}

  // ---- writing

  /**
   * The groups of a model.
   *
   * @param at the group they go into; empty for the file's root
   */
  static void write(H5Writer out, String at, Model model) {
    out.attribute(at, LAYER_NAMES, model.layers().stream().map(Layer::name).toList());
    out.attribute(at, "backend", backend());
    out.attribute(at, "keras_version", KERAS_VERSION);
    List<Layer> sorted = new ArrayList<>(model.layers());
    sorted.sort(Comparator.comparing(Layer::name));
    for (Layer l : sorted) {
      variables(out, join(at, l.name()), weights(l));
    }
    variables(out, join(at, OWN), own(model));
  }

  /** The name that Keras has for the backend. */
  static String backend() {
    String name = Keras.backend().name();
    return name.equals("pytorch") ? "torch" : name.equals("xla") ? "jax" : name;
  }

  private static String join(String group, String name) {
    return group.isEmpty() ? name : group + "/" + name;
  }

  /** A group of variables by their paths. */
  static void variables(H5Writer out, String group, List<Variable> variables) {
    List<String> names = new ArrayList<>();
    Set<String> used = new HashSet<>();
    for (Variable v : variables) {
      String name = v.path();
      for (int i = 1; !used.add(name); i++) {
        name = v.path() + "_" + i;
      }
      names.add(name);
    }
    out.attribute(group, WEIGHT_NAMES, names);
    for (int i = 0; i < names.size(); i++) {
      Variable v = variables.get(i);
      String path = group + "/" + names.get(i);
      int cut = path.lastIndexOf('/');
      out.dataset(
          path.substring(0, cut),
          path.substring(cut + 1),
          v.dtype(),
          v.shape(),
          () -> v.value().toNDArray());
    }
  }

  private static List<Variable> weights(Layer l) {
    List<Variable> out = new ArrayList<>(l.trainableWeights());
    out.addAll(l.nonTrainableWeights());
    return out;
  }

  private static List<Variable> own(Model model) {
    List<Variable> out = new ArrayList<>(model.ownWeights());
    out.sort(Comparator.comparing(v -> !v.isTrainable()));
    return out;
  }

  // ---- reading

  /** Whether a group has weights in this layout. */
  static boolean isIn(H5Group group) throws IOException {
    return list(group, LAYER_NAMES) != null;
  }

  /**
   * Reads weights into a built model; nothing is assigned unless everything fits.
   *
   * @param byName whether a layer takes the weights of the file's layer of the same name, and keeps its own if there is none;
   *     else the layers that have weights stand in the file in the same order
   * @param skipMismatch whether weights of another shape are passed over, with a warning, and by name also layers of another
   *     number of weights
   */
  static void read(Model model, H5Group group, boolean byName, boolean skipMismatch)
      throws IOException {
    Reader reader = new Reader(group, skipMismatch);
    if (byName) {
      reader.byName(model);
    } else {
      reader.byOrder(model);
    }
    reader.ownOf(model, byName);
    reader.assign();
  }

  /** The datasets of a group of {@link #variables}. */
  static List<H5Dataset> datasets(H5Group group, String label) throws IOException {
    List<H5Dataset> out = new ArrayList<>();
    for (String name : names(group, WEIGHT_NAMES, label)) {
      H5Dataset d = group.findDataset(name);
      if (d == null) {
        throw new FileFormatException(label + " lists weights '" + name + "', which are not there");
      }
      out.add(d);
    }
    return out;
  }

  private static List<String> names(H5Group group, String attribute, String label)
      throws IOException {
    List<String> out = list(group, attribute);
    if (out == null) {
      throw new FileFormatException(label + " has no attribute '" + attribute + "'");
    }
    return out;
  }

  /** A list that may be cut into several attributes. */
  private static @Nullable List<String> list(H5Group group, String attribute) throws IOException {
    List<String> whole = group.texts(attribute);
    if (whole != null) {
      return whole;
    }
    List<String> out = null;
    List<String> part;
    for (int i = 0; (part = group.texts(attribute + i)) != null; i++) {
      out = out == null ? new ArrayList<>() : out;
      out.addAll(part);
    }
    return out;
  }

  private static final class Reader {
    private final H5Group group;
    private final boolean skip;
    private final List<String> names;
    private final Map<Variable, H5Dataset> found = new LinkedHashMap<>();

    Reader(H5Group group, boolean skip) throws IOException {
      this.group = group;
      this.skip = skip;
      this.names = names(group, LAYER_NAMES, "it");
    }

    private List<H5Dataset> saved(String name) throws IOException {
      H5Group g = group.find(name);
      if (g == null) {
        throw new FileFormatException("it lists a layer '" + name + "', which is not there");
      }
      return datasets(g, "layer '" + name + "'");
    }

    void byOrder(Model model) throws IOException {
      List<Layer> layers =
          model.layers().stream().filter(l -> !l.weights().isEmpty()).toList();
      Map<String, List<H5Dataset>> saved = new LinkedHashMap<>();
      List<String> order = new ArrayList<>();
      for (String name : names) {
        List<H5Dataset> d = saved(name);
        if (!d.isEmpty()) {
          saved.put(name, d);
          order.add(name);
        }
      }
      if (layers.size() != order.size()) {
        throw new WeightsFile.UnfitException("the model has " + layers.size()
            + " layers with weights, the file has " + order.size());
      }
      for (int i = 0; i < order.size(); i++) {
        Layer l = layers.get(i);
        String name = order.get(i);
        String label = "layer '" + l.name() + "'"
            + (name.equals(l.name()) ? "" : " (the file's '" + name + "', by order)");
        add(label, weights(l), saved.getOrDefault(name, List.of()), false);
      }
    }

    void byName(Model model) throws IOException {
      Map<String, Layer> layers = new HashMap<>();
      model.layers().forEach(l -> layers.put(l.name(), l));
      for (String name : names) {
        Layer l = layers.get(name);
        if (l != null) {
          add("layer '" + name + "'", weights(l), saved(name), skip);
        }
      }
    }

    void ownOf(Model model, boolean byName) throws IOException {
      H5Group g = group.find(OWN);
      if (g != null) {
        add("the model itself", own(model), datasets(g, "'" + OWN + "'"), skip && byName);
      }
    }

    private void add(
        String label, List<Variable> variables, List<H5Dataset> saved, boolean maySkipAll)
        throws FileFormatException {
      if (variables.size() != saved.size()) {
        String problem = label + " has " + variables.size() + " weights, the file has "
            + saved.size() + " for it";
        if (maySkipAll) {
          LOG.warn("Its weights stay as they are: " + problem);
          return;
        }
        throw new WeightsFile.UnfitException(problem);
      }
      for (int i = 0; i < saved.size(); i++) {
        Variable v = variables.get(i);
        if (v.shape().equals(saved.get(i).shape())) {
          found.put(v, saved.get(i));
          continue;
        }
        String problem = label + ": '" + v.path() + "' has shape " + v.shape() + ", the file's has "
            + saved.get(i).shape();
        if (!skip) {
          throw new WeightsFile.UnfitException(problem);
        }
        LOG.warn("Weights stay as they are: " + problem);
      }
    }

    void assign() throws IOException {
      for (Map.Entry<Variable, H5Dataset> e : found.entrySet()) {
        e.getValue().check(e.getKey().dtype());
      }
      // one at a time: all together may be more than fits into the heap
      for (Map.Entry<Variable, H5Dataset> e : found.entrySet()) {
        e.getKey().assign(ArrayLike.tensor(e.getValue().read(e.getKey().dtype())));
      }
    }
  }
}
