package org.keras4j.hub.weights;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

/**
 * Weights in safetensors files, the format of Hugging Face: one file, or several with an index. Files are mapped into memory,
 * so opening one of many GB takes no time and no memory; every array is read on its own, in the dtype of the file, bfloat16
 * and float16 among them.
 *
 * <pre>{@code
 * try (SafeTensors weights = SafeTensors.open(Path.of("bert-base-uncased"))) {
 *   weights.names();                    // [embeddings.LayerNorm.bias, ...]
 *   NDArray a = weights.read("embeddings.word_embeddings.weight");
 * }
 * }</pre>
 *
 * <p>Source: the format's description in the repository {@code huggingface/safetensors}.
 */
public final class SafeTensors implements WeightSource {
  static final String FILE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";
  static final String MAP = "weight_map";

  private record Place(MappedFile file, SafeTensorsHeader.Entry entry) {}

  private final Path path;
  private final ReadLimits limits;
  private final Map<String, Place> places;
  private final Map<String, String> metadata;
  private final List<MappedFile> files;

  private SafeTensors(
      Path path,
      ReadLimits limits,
      Map<String, Place> places,
      Map<String, String> metadata,
      List<MappedFile> files) {
    this.path = path;
    this.limits = limits;
    this.places = Collections.unmodifiableMap(places);
    this.metadata = Collections.unmodifiableMap(metadata);
    this.files = files;
  }

  /**
   * Opens files within {@link ReadLimits#defaults()}.
   *
   * @param path as in {@link #open(Path, ReadLimits)}
   * @return the arrays
   * @throws IOException as there
   */
  public static SafeTensors open(Path path) throws IOException {
    return open(path, ReadLimits.defaults());
  }

  /**
   * Opens files.
   *
   * @param path a {@code .safetensors} file; an index of several ({@code .safetensors.index.json}); or a folder with {@code
   *     model.safetensors.index.json} or {@code model.safetensors}
   * @param limits how long a header may be ({@link ReadLimits#maxConfigBytes()}), how many arrays there may be ({@link
   *     ReadLimits#maxEntries()}), and what one may take in memory when it is read ({@link ReadLimits#maxArrayBytes()})
   * @return the arrays
   * @throws FileFormatException if a header is damaged or hostile: its length, ranges, shapes or dtypes are not possible,
   *     names repeat, ranges overlap or leave gaps
   * @throws IOException if a file is not there or cannot be read
   */
  public static SafeTensors open(Path path, ReadLimits limits) throws IOException {
    if (Files.isDirectory(path)) {
      Path index = path.resolve(INDEX);
      return open(Files.exists(index) ? index : path.resolve(FILE), limits);
    }
    return String.valueOf(path.getFileName()).endsWith(".json")
        ? sharded(path, limits)
        : single(path, limits);
  }

  private static SafeTensors single(Path path, ReadLimits limits) throws IOException {
    MappedFile file = MappedFile.open(path);
    SafeTensorsHeader header = SafeTensorsHeader.read(file, limits);
    Map<String, Place> places = new LinkedHashMap<>();
    header.arrays().forEach((name, e) -> places.put(name, new Place(file, e)));
    return new SafeTensors(path, limits, places, header.metadata(), List.of(file));
  }

  private static SafeTensors sharded(Path index, ReadLimits limits) throws IOException {
    if (Files.size(index) > limits.maxConfigBytes()) {
      throw new FileFormatException(index + " has " + Files.size(index) + " bytes, more than the "
          + limits.maxConfigBytes() + " that are taken (ReadLimits.maxConfigBytes)");
    }
    JsonNode map = SafeTensorsHeader.parse(index.toString(), Files.readAllBytes(index), limits)
        .path(MAP);
    if (!map.isObject()) {
      throw new FileFormatException(
          index + " has no '" + MAP + "', which says where the arrays are");
    }
    Map<String, SafeTensors> shards = new LinkedHashMap<>();
    Map<String, Place> places = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> e : map.properties()) {
      String file = e.getValue().asText("");
      if (!isPlain(file)) {
        throw new FileFormatException(index + ": '" + MAP + "' has " + e.getValue() + " for '"
            + e.getKey() + "', expected the name of a file beside it");
      }
      SafeTensors shard = shards.get(file);
      if (shard == null) {
        shard = single(index.resolveSibling(file), limits);
        shards.put(file, shard);
      }
      Place place = shard.places.get(e.getKey());
      if (place == null) {
        throw new FileFormatException(index + ": '" + e.getKey() + "' should be in " + file
            + ", which has no array of that name");
      }
      places.put(e.getKey(), place);
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    for (SafeTensors shard : shards.values()) {
      shard.places.forEach(places::putIfAbsent); // what the index forgot is there all the same
      metadata.putAll(shard.metadata);
    }
    return new SafeTensors(
        index,
        limits,
        places,
        metadata,
        shards.values().stream().flatMap(s -> s.files.stream()).toList());
  }

  private static boolean isPlain(String name) {
    return !name.isEmpty()
        && !name.equals("..")
        && !name.equals(".")
        && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c == 0);
  }

  @Override
  public Set<String> names() {
    return places.keySet();
  }

  /** Texts that came along, such as {@code format}. */
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public Shape shape(String name) {
    return spec(name).shape();
  }

  @Override
  public DType dtype(String name) {
    return spec(name).dtype();
  }

  private TensorSpec spec(String name) {
    return place(name).entry.spec();
  }

  private Place place(String name) {
    Place p = places.get(name);
    if (p == null) {
      throw UnknownNames.in(path.toString(), name, places.keySet());
    }
    return p;
  }

  @Override
  public NDArray read(String name) {
    Place p = place(name);
    TensorSpec spec = p.entry.spec();
    try {
      limits.checkArray(path + ": the array '" + name + "'", spec.bytes());
    } catch (FileFormatException e) {
      throw new UncheckedIOException(e);
    }
    NDArray out = NDArray.zeros(spec.dtype(), spec.shape());
    p.file.readUnchecked(p.entry.start(), out.bytes());
    return out;
  }

  @Override
  public void close() {
    files.forEach(MappedFile::close);
  }

  /**
   * Writes a file; one that is there is replaced when the new one is whole.
   *
   * @param file its place, usually {@code model.safetensors}
   * @param weights the arrays, of numbers or booleans, neither complex nor of 4 bits
   * @throws IllegalArgumentException if an array has a dtype or a name that the format has not
   * @throws IOException if that is not possible
   */
  public static void write(Path file, WeightSource weights) throws IOException {
    SafeTensorsWriter.write(file, weights);
  }

  /**
   * Writes files {@code model-00001-of-00003.safetensors, ...} and {@code model.safetensors.index.json}, or {@code
   * model.safetensors} alone where one file is enough.
   *
   * @param folder their place; made if it is not there
   * @param weights the arrays, as for {@link #write(Path, WeightSource)}
   * @param maxShardBytes how many bytes the arrays of a file have at most, unless one alone has more
   * @throws IllegalArgumentException if the size is not positive, or an array has a dtype or a name that the format has not
   * @throws IOException if that is not possible
   */
  public static void writeSharded(Path folder, WeightSource weights, long maxShardBytes)
      throws IOException {
    SafeTensorsWriter.writeSharded(folder, weights, maxShardBytes);
  }
}
