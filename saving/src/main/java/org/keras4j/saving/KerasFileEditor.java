package org.keras4j.saving;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Variable;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.core.internal.io.FileBytes;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;
import org.keras4j.models.Model;
import org.keras4j.saving.internal.hdf5.H5Dataset;
import org.keras4j.saving.internal.hdf5.H5Group;
import org.keras4j.saving.internal.hdf5.H5Reader;
import org.keras4j.saving.internal.hdf5.H5Writer;

/**
 * Looks into a file of weights, changes what is in it and writes it again ({@code keras.saving.KerasFileEditor}): for
 * weights of a model whose architecture has changed since.
 *
 * <pre>{@code
 * KerasFileEditor editor = new KerasFileEditor(Path.of("old.weights.h5"));
 * System.out.println(editor.summary());
 * editor.renameObject("layers/dense_2", "dense_3");
 * editor.deleteObject("layers/dense_1");
 * editor.addObject("layers/einsum_dense", Map.of("0", kernel, "1", bias));
 * System.out.println(editor.compare(model));
 * editor.save(Path.of("new.weights.h5"));
 * }</pre>
 *
 * <p>Objects (layers, the optimizer) are named by their path in the file, or by the last part of it if no other object
 * has the same; their weights {@code "0", "1", ...}.
 */
public final class KerasFileEditor {
  private static final String VARS = "vars";

  /** What a file is to a model. */
  public enum Status {
    SUCCESS,
    ERROR
  }

  /**
   * What a comparison found.
   *
   * @param errorCount objects and weights that one has and the other has not, and weights of other shapes
   * @param matchCount weights of the same path and shape
   * @param errors what each error is
   */
  public record Comparison(Status status, int errorCount, int matchCount, List<String> errors) {}

  /** A layer, or what holds layers. */
  private static final class Entry {
    final Map<String, Entry> objects = new LinkedHashMap<>();
    final Map<String, NDArray> weights = new LinkedHashMap<>();

    @Nullable
    String label; // what it was called in the model that the file was written from

    boolean isEmpty() {
      return weights.isEmpty() && objects.values().stream().allMatch(Entry::isEmpty);
    }
  }

  /** An object and where it hangs. */
  private record Place(Entry parent, String name) {
    Entry entry() {
      return Objects.requireNonNull(parent.objects.get(name), name);
    }
  }

  private final Entry root = new Entry();

  /**
   * Reads a file, {@code .weights.h5}, or the weights in a {@code .keras}, within the default {@link ReadLimits}.
   *
   * @throws ModelFileException if it cannot be read or is damaged
   */
  public KerasFileEditor(Path file) {
    this(file, ReadLimits.defaults());
  }

  /** Likewise, within limits of one's own. */
  public KerasFileEditor(Path file, ReadLimits limits) {
    String name = file.toString();
    try {
      if (name.endsWith(".keras")) {
        try (ModelParts parts = ModelParts.open(file, limits);
            FileBytes bytes = parts.bytes("model.weights.h5")) {
          if (bytes == null) {
            throw new FileFormatException("is no .keras archive: it has no model.weights.h5");
          }
          read(H5Reader.open(bytes, limits), root);
        }
      } else if (name.endsWith(".weights.h5")) {
        try (FileBytes bytes = FileBytes.open(file)) {
          read(H5Reader.open(bytes, limits), root);
        }
      } else {
        throw new ModelFileException(
            file, "is edited under a name ending in .keras or .weights.h5");
      }
    } catch (FileFormatException e) {
      throw Failures.inPlaceOf(
          e, new ModelFileException(file, String.valueOf(e.getMessage()), e.getCause()));
    } catch (IOException e) {
      throw Failures.inPlaceOf(
          e, new ModelFileException(file, "cannot be read: " + Failures.reason(e), e.getCause()));
    }
  }

  private static void read(H5Group group, Entry into) throws IOException {
    for (String name : group.names()) {
      H5Group inner = group.find(name);
      if (inner == null) {
        H5Dataset d = group.dataset(name);
        if (d != null) {
          into.weights.put(name, d.read(d.dtype()));
        }
      } else if (name.equals(VARS)) {
        into.label = inner.text("name");
        read(inner, into);
      } else {
        Entry e = new Entry();
        into.objects.put(name, e);
        read(inner, e);
      }
    }
    into.objects.values().removeIf(Entry::isEmpty);
  }

  // ---- looking

  /**
   * What is in the file: objects, each with the name that it had in the model and its weights, their shapes and dtypes.
   */
  public String summary() {
    StringBuilder b = new StringBuilder("Weights structure\n");
    summary(root, "  ", b);
    return b.toString();
  }

  private static void summary(Entry e, String prefix, StringBuilder b) {
    int left = e.weights.size() + e.objects.size();
    for (Map.Entry<String, NDArray> w : e.weights.entrySet()) {
      b.append(prefix).append(--left == 0 ? "└─ " : "├─ ").append(w.getKey());
      b.append(": shape=").append(w.getValue().shape());
      b.append(", dtype=").append(w.getValue().dtype().kerasName()).append('\n');
    }
    for (Map.Entry<String, Entry> o : e.objects.entrySet()) {
      boolean last = --left == 0;
      b.append(prefix).append(last ? "└─ " : "├─ ").append(o.getKey());
      String label = o.getValue().label;
      b.append(label == null ? "" : " ('" + label + "')").append('\n');
      summary(o.getValue(), prefix + (last ? "   " : "│  "), b);
    }
  }

  /**
   * The weights of an object.
   *
   * @throws IllegalArgumentException if there is no such object, or several
   */
  public Map<String, NDArray> weights(String objectName) {
    return Map.copyOf(find(objectName).entry().weights);
  }

  /** Holds the file against a model: what {@code loadWeights} would find, the optimizer's state included. */
  public Comparison compare(Model reference) {
    Map<String, String> wanted = new LinkedHashMap<>();
    for (WeightTree.Entry e : WeightTree.of(reference, true)) {
      int i = 0;
      for (Variable v : e.variables()) {
        wanted.put(join(e.path(), Integer.toString(i++)), v.shape().toString());
      }
    }
    Map<String, String> there = new LinkedHashMap<>();
    shapes(root, "", there);
    List<String> errors = new ArrayList<>();
    int matches = 0;
    for (Map.Entry<String, String> w : wanted.entrySet()) {
      String shape = there.get(w.getKey());
      if (w.getValue().equals(shape)) {
        matches++;
      } else {
        errors.add(
            shape == null
                ? "Weight '" + w.getKey() + "' is in the model and not in the file"
                : "Weight '" + w.getKey() + "' has shape " + w.getValue() + " in the model and "
                    + shape + " in the file");
      }
    }
    for (String w : there.keySet()) {
      if (!wanted.containsKey(w)) {
        errors.add("Weight '" + w + "' is in the file and not in the model");
      }
    }
    return new Comparison(
        errors.isEmpty() ? Status.SUCCESS : Status.ERROR,
        errors.size(),
        matches,
        List.copyOf(errors));
  }

  private static void shapes(Entry e, String path, Map<String, String> out) {
    e.weights.forEach((name, a) -> out.put(join(path, name), a.shape().toString()));
    e.objects.forEach((name, o) -> shapes(o, join(path, name), out));
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }

  // ---- changing

  /**
   * Gives an object another name.
   *
   * @param newName the last part of its path alone
   * @throws IllegalArgumentException if there is no such object, or several, or one of the new name beside it
   */
  public void renameObject(String objectName, String newName) {
    Place p = find(objectName);
    requireName(newName);
    if (p.parent.objects.containsKey(newName)) {
      throw new IllegalArgumentException(
          "renameObject: there is an object '" + newName + "' beside '" + objectName + "' already");
    }
    p.parent.objects.put(newName, p.parent.objects.remove(p.name));
  }

  /**
   * Removes an object with all in it.
   *
   * @throws IllegalArgumentException if there is no such object, or several
   */
  public void deleteObject(String objectName) {
    Place p = find(objectName);
    p.parent.objects.remove(p.name);
  }

  /**
   * Adds an object, in the place of one that is there.
   *
   * @param objectPath its whole path, whose parts but the last are there
   * @param weights by name, {@code "0", "1", ...} in the order of the layer's weights
   * @throws IllegalArgumentException if there is nothing where it should hang
   */
  public void addObject(String objectPath, Map<String, NDArray> weights) {
    int cut = objectPath.lastIndexOf('/');
    String name = objectPath.substring(cut + 1);
    requireName(name);
    Entry parent = cut < 0 ? root : at(objectPath.substring(0, cut)).entry();
    Entry made = new Entry();
    put(made, weights);
    parent.objects.put(name, made);
  }

  /**
   * Removes a weight of an object.
   *
   * @throws IllegalArgumentException if there is no such object or weight, or several objects
   */
  public void deleteWeight(String objectName, String weightName) {
    Entry e = find(objectName).entry();
    if (e.weights.remove(weightName) == null) {
      throw new IllegalArgumentException("deleteWeight: '" + objectName + "' has no weight '"
          + weightName + "', only " + e.weights.keySet());
    }
  }

  /**
   * Gives an object weights, in the place of those of the same names.
   *
   * @throws IllegalArgumentException if there is no such object, or several
   */
  public void addWeights(String objectName, Map<String, NDArray> weights) {
    put(find(objectName).entry(), weights);
  }

  private static void put(Entry e, Map<String, NDArray> weights) {
    weights.keySet().forEach(KerasFileEditor::requireName);
    e.weights.putAll(weights);
  }

  private static void requireName(String name) {
    if (name.isEmpty() || name.contains("/") || name.equals(VARS)) {
      throw new IllegalArgumentException(
          "A name in a file of weights is the last part of a path alone, got '" + name + "'");
    }
  }

  private Place find(String objectName) {
    if (objectName.contains("/") || root.objects.containsKey(objectName)) {
      return at(objectName);
    }
    List<Place> found = new ArrayList<>();
    search(root, objectName, found);
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          found.isEmpty()
              ? "There is no object '" + objectName + "' in the file; summary() lists them"
              : "There are " + found.size() + " objects '" + objectName
                  + "' in the file; name one by its whole path");
    }
    return found.get(0);
  }

  private static void search(Entry e, String name, List<Place> found) {
    if (e.objects.containsKey(name)) {
      found.add(new Place(e, name));
    }
    e.objects.values().forEach(o -> search(o, name, found));
  }

  private Place at(String path) {
    String[] names = path.split("/", -1);
    Entry parent = root;
    for (int i = 0; ; i++) {
      Entry here = parent.objects.get(names[i]);
      if (here == null) {
        throw new IllegalArgumentException(
            "There is no object '" + path + "' in the file; summary() lists them");
      }
      if (i == names.length - 1) {
        return new Place(parent, names[i]);
      }
      parent = here;
    }
  }

  // ---- writing

  /**
   * Writes what there is now.
   *
   * @param file its name ends in {@code .weights.h5}
   * @throws ModelFileException if it does not, or cannot be written
   */
  public void save(Path file) {
    if (!file.toString().endsWith(".weights.h5")) {
      throw new ModelFileException(file, "edited weights have a name ending in .weights.h5");
    }
    H5Writer out = new H5Writer();
    write(root, "", out);
    try {
      AtomicFile.write(file, out::write);
    } catch (IOException e) {
      throw Failures.inPlaceOf(
          e,
          new ModelFileException(file, "cannot be written: " + Failures.reason(e), e.getCause()));
    }
  }

  private static void write(Entry e, String path, H5Writer out) {
    if (e.label != null && !e.weights.isEmpty()) {
      out.attribute(join(path, VARS), "name", e.label);
    }
    e.weights.forEach(
        (name, a) -> out.dataset(join(path, VARS), name, a.dtype(), a.shape(), () -> a));
    e.objects.forEach((name, o) -> write(o, join(path, name), out));
  }
}
