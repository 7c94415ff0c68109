package org.keras4j.hub.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.core.internal.io.FileBytes;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;
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
  private final Path path;
  private final FileBytes file;
  private final Map<String, H5Dataset> arrays = new LinkedHashMap<>();

  private H5Weights(Path path, FileBytes file) {
    this.path = path;
    this.file = file;
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
    FileBytes file = FileBytes.open(path);
    try {
      H5Weights out = new H5Weights(path, file);
      out.walk(H5Reader.open(file, ReadLimits.defaults()), "");
      return out;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
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
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes a file; one that is there is replaced when the new one is whole.
   *
   * @param path its place
   * @param weights the arrays, their names paths with slashes
   * @throws IOException if that is not possible
   */
  public static void write(Path path, WeightSource weights) throws IOException {
    H5Writer out = new H5Writer();
    for (String name : weights.names()) {
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
