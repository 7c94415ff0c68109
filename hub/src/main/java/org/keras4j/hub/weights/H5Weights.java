package org.keras4j.hub.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.core.internal.io.FileBytes;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;
import org.keras4j.hub.internal.JsonObjects;
import org.keras4j.saving.internal.hdf5.H5Dataset;
import org.keras4j.saving.internal.hdf5.H5Group;
import org.keras4j.saving.internal.hdf5.H5Reader;
import org.keras4j.saving.internal.hdf5.H5Writer;

/**
 * The arrays of a HDF5 file by their paths in it, such as Keras's {@code .weights.h5}: {@code layers/dense/vars/0}.
 *
 * <pre>{@code
 * try (WeightSource weights = H5Weights.open(Path.of("model.weights.h5"))) {
 *   weights.shape("layers/dense/vars/0"); // (768, 768)
 * }
 * }</pre>
 */
public final class H5Weights implements WeightSource {
  private static final String MAP = "weight_map";

  private final Path path;
  private final List<FileBytes> files = new ArrayList<>();
  private final Map<String, H5Dataset> arrays = new LinkedHashMap<>();

  private H5Weights(Path path) {
    this.path = path;
  }

  /**
   * Opens a file within {@link ReadLimits#defaults()}.
   *
   * @param path a HDF5 file
   * @return its arrays
   * @throws FileFormatException if it is damaged, hostile or no HDF5 file
   * @throws IOException if it cannot be read
   */
  public static H5Weights open(Path path) throws IOException {
    H5Weights out = new H5Weights(path);
    try {
      out.add(path);
      return out;
    } catch (IOException | RuntimeException e) {
      out.close();
      throw e;
    }
  }

  /**
   * Opens the files that an index names, as Keras writes weights in several files.
   *
   * @param index {@code model.weights.json}
   * @return the arrays of all its files
   * @throws FileFormatException if it names no files, or one is damaged, hostile or no HDF5 file
   * @throws IOException if one cannot be read
   */
  public static H5Weights openSharded(Path index) throws IOException {
    JsonNode map = JsonObjects.read(index).path(MAP);
    Set<String> names = new TreeSet<>();
    for (JsonNode value : map) {
      for (JsonNode name : value.isArray() ? value : List.of(value)) {
        names.add(name.asText());
      }
    }
    if (names.isEmpty()) {
      throw new FileFormatException(index + ": has no '" + MAP + "' of names of files");
    }
    H5Weights out = new H5Weights(index);
    try {
      for (String name : names) {
        if (name.isEmpty() || name.chars().anyMatch(c -> c == '/' || c == '\\' || c == 0)) {
          throw new FileFormatException(
              index + ": expected the name of a file beside it, got '" + name + "'");
        }
        out.add(index.resolveSibling(name));
      }
      return out;
    } catch (IOException | RuntimeException e) {
      out.close();
      throw e;
    }
  }

  private void add(Path file) throws IOException {
    FileBytes bytes = FileBytes.open(file);
    files.add(bytes);
    walk(H5Reader.open(bytes, ReadLimits.defaults()), "");
  }

  private void walk(H5Group group, String prefix) throws IOException {
    for (String name : group.names()) {
      Object there = group.get(name);
      if (there instanceof H5Group inner) {
        walk(inner, prefix + name + "/");
      } else if (there instanceof H5Dataset array) {
        arrays.put(prefix + name, array);
      }
    }
  }

  private H5Dataset array(String name) {
    H5Dataset a = arrays.get(name);
    if (a == null) {
      throw UnknownNames.in(path.toString(), name, arrays.keySet());
    }
    return a;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(arrays.keySet());
  }

  @Override
  public Shape shape(String name) {
    return array(name).shape();
  }

  @Override
  public DType dtype(String name) {
    return array(name).dtype();
  }

  @Override
  public synchronized NDArray read(String name) {
    H5Dataset a = array(name);
    try {
      return a.read(a.dtype());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      for (FileBytes file : files) {
        file.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes {@code model.weights.h5} in a folder, or several files and the index {@code model.weights.json} if that would be too
   * large, as Keras does; those of the other kind that are there go.
   *
   * @param folder where
   * @param weights the arrays, their names paths with slashes
   * @param most bytes of a file; a layer's arrays are not divided
   * @throws IOException if that is not possible
   */
  public static void writeSharded(Path folder, WeightSource weights, long most) throws IOException {
    Path whole = folder.resolve("model.weights.h5");
    Path index = folder.resolve("model.weights.json");
    Map<String, List<String>> groups = new LinkedHashMap<>();
    long total = 0;
    for (String name : weights.names()) {
      groups
          .computeIfAbsent(
              name.substring(0, Math.max(0, name.lastIndexOf('/'))), g -> new ArrayList<>())
          .add(name);
      total += bytes(weights, name);
    }
    if (total <= most) {
      write(whole, weights);
      Files.deleteIfExists(index);
      return;
    }
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.putObject("metadata").put("total_size", (double) total);
    ObjectNode map = root.putObject(MAP);
    Set<String> some = new LinkedHashSet<>();
    long size = 0;
    int count = 0;
    for (Map.Entry<String, List<String>> e : groups.entrySet()) {
      long own = e.getValue().stream().mapToLong(n -> bytes(weights, n)).sum();
      if (!some.isEmpty() && size + own > most) {
        write(shard(folder, count++), weights, some);
        some.clear();
        size = 0;
      }
      some.addAll(e.getValue());
      size += own;
      map.put("/" + e.getKey(), String.valueOf(shard(folder, count).getFileName()));
    }
    write(shard(folder, count), weights, some);
    AtomicFile.writeString(index, root.toPrettyString());
    Files.deleteIfExists(whole);
  }

  private static long bytes(WeightSource weights, String name) {
    return weights.shape(name).size() * weights.dtype(name).size();
  }

  private static Path shard(Path folder, int number) {
    return folder.resolve("model_%05d.weights.h5".formatted(number));
  }

  /**
   * Writes a file; one that is there is replaced when the new one is whole.
   *
   * @param path its place
   * @param weights the arrays, their names paths with slashes
   * @throws IOException if that is not possible
   */
  public static void write(Path path, WeightSource weights) throws IOException {
    write(path, weights, weights.names());
  }

  private static void write(Path path, WeightSource weights, Set<String> names) throws IOException {
    H5Writer out = new H5Writer();
    for (String name : names) {
      int cut = name.lastIndexOf('/');
      String group = cut < 0 ? "" : name.substring(0, cut);
      out.dataset(
          group,
          name.substring(cut + 1),
          weights.dtype(name),
          weights.shape(name),
          () -> weights.read(name));
    }
    AtomicFile.write(path, out::write);
  }
}
