package org.keras4j.saving;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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

/** Weights in several HDF5 files, and the {@code .weights.json} that says which group is in which of them. */
final class Shards implements WeightSource, Closeable {
  private static final String MAP = "weight_map";
  private static final double GIGABYTE = 1 << 30;

  private final Path index;
  private final Map<String, List<String>> files;
  private final ReadLimits limits;
  private final Map<String, H5Group> roots = new LinkedHashMap<>();
  private final List<FileBytes> open = new ArrayList<>();

  private Shards(Path index, Map<String, List<String>> files, ReadLimits limits) {
    this.index = index;
    this.files = files;
    this.limits = limits;
  }

  // ---- reading

  static Shards open(Path index, ReadLimits limits) throws IOException {
    Path folder = Objects.requireNonNull(index.toAbsolutePath().getParent(), "the root folder");
    byte[] text = new ModelParts.Folder(folder)
        .readAll(index.getFileName().toString(), limits.maxConfigBytes(), "maxConfigBytes");
    if (text == null) {
      throw new FileFormatException("there is no such file");
    }
    Object map;
    try {
      map = Json.readObject(text, limits).get(MAP);
    } catch (IllegalArgumentException e) {
      throw Failures.inPlaceOf(
          e, new FileFormatException(String.valueOf(e.getMessage()), e.getCause()));
    }
    if (!(map instanceof Map<?, ?> m)) {
      throw new FileFormatException("has no '" + MAP + "', which says where the weights are");
    }
    Map<String, List<String>> files = new LinkedHashMap<>();
    for (Map.Entry<?, ?> e : m.entrySet()) {
      List<String> names = new ArrayList<>();
      for (Object name : e.getValue() instanceof List<?> l ? l : List.of(e.getValue())) {
        if (!(name instanceof String s) || !isPlain(s)) {
          throw new FileFormatException("'" + MAP + "' has " + name + " for '" + e.getKey()
              + "', expected the name of a file beside it");
        }
        names.add(s);
      }
      files.put(((String) e.getKey()).replaceFirst("^/", ""), names);
    }
    return new Shards(index, files, limits);
  }

  private static boolean isPlain(String name) {
    return !name.isEmpty()
        && !name.equals("..")
        && !name.equals(".")
        && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c == 0);
  }

  private H5Group root(String name) throws IOException {
    H5Group known = roots.get(name);
    if (known != null) {
      return known;
    }
    Path file = index.resolveSibling(name);
    if (!Files.isRegularFile(file)) {
      throw new FileFormatException("names the file '" + name + "', which is not beside it");
    }
    FileBytes bytes = FileBytes.open(file);
    open.add(bytes);
    try {
      H5Group root = H5Reader.open(bytes, limits);
      roots.put(name, root);
      return root;
    } catch (FileFormatException e) {
      throw Failures.inPlaceOf(
          e, new FileFormatException("'" + name + "' " + e.getMessage(), e.getCause()));
    }
  }

  /** The first of the files, which may hold more than weights. */
  H5Group first() throws IOException {
    return root(shard(base(index), 0));
  }

  @Override
  public @Nullable Map<String, @Nullable H5Dataset> vars(String path) throws IOException {
    List<String> names = files.get(path);
    if (names == null) {
      return null;
    }
    Map<String, @Nullable H5Dataset> out = new LinkedHashMap<>();
    for (String name : names) {
      Map<String, @Nullable H5Dataset> some = WeightSource.members(root(name).find(path));
      if (some == null) {
        throw new FileFormatException("'" + name + "' has no '" + path + "'");
      }
      out.putAll(some);
    }
    return out;
  }

  @Override
  public Set<String> groups() {
    return new LinkedHashSet<>(files.keySet());
  }

  @Override
  public void close() throws IOException {
    for (FileBytes b : open) {
      b.close();
    }
  }

  // ---- writing

  /**
   * Writes the weights of a model. What was there under the same names is replaced once everything is written; the
   * index, without which the others are not read, goes first and comes back last.
   *
   * @param gigabytes the most that one file holds
   */
  static void write(Model model, Path index, double gigabytes) throws IOException {
    write(WeightsFile.stored(model), index, gigabytes, first -> {});
  }

  /**
   * Likewise.
   *
   * @param besides what the first file holds besides weights
   */
  static void write(
      List<WeightsFile.Stored> stored, Path index, double gigabytes, Consumer<H5Writer> besides)
      throws IOException {
    String base = base(index);
    double most = gigabytes * GIGABYTE;
    List<H5Writer> shards = new ArrayList<>(List.of(new H5Writer()));
    Map<String, Object> map = new LinkedHashMap<>();
    double filled = 0;
    double total = 0;
    besides.accept(shards.get(0));
    for (WeightsFile.Stored s : stored) {
      double size = s.bytes();
      if (size > most) {
        throw new IllegalArgumentException(String.format(
            Locale.ROOT,
            "saveWeights: the weight '%s/%s' of shape %s has %.0f bytes, more than a file may hold"
                + " (maxShardSize)",
            s.group(),
            s.name(),
            s.shape(),
            size));
      }
      total += size;
      filled += size;
      if (filled > most) {
        shards.add(new H5Writer());
        filled = size;
      }
      s.to(shards.get(shards.size() - 1));
      place(map, "/" + s.group(), shard(base, shards.size() - 1));
    }
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("metadata", Map.of("total_size", total));
    config.put(MAP, map);
    Map<Path, AtomicFile.Body> all = new LinkedHashMap<>();
    for (int i = 0; i < shards.size(); i++) {
      all.put(index.resolveSibling(shard(base, i)), shards.get(i)::write);
    }
    byte[] text = Json.bytes(config);
    all.put(index, out -> out.write(text));
    AtomicFile.writeAll(all, () -> {
      try {
        Files.deleteIfExists(index);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  private static String base(Path index) {
    return index.getFileName().toString().replaceFirst("\\.weights\\.json$", "");
  }

  private static String shard(String base, int i) {
    return String.format(Locale.ROOT, "%s_%05d.weights.h5", base, i);
  }

  // as Keras: a name, or a list of them
  @SuppressWarnings("unchecked")
  private static void place(Map<String, Object> map, String group, String file) {
    Object known = map.get(group);
    if (known instanceof List<?> l) {
      if (!l.contains(file)) {
        ((List<Object>) l).add(file);
      }
    } else if (known != null && !known.equals(file)) {
      map.put(group, new ArrayList<>(List.of(known, file)));
    } else {
      map.put(group, file);
    }
  }
}
