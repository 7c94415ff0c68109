package org.keras4j.tck;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.npy.Npz;

/**
 * Recorded cases: for each category a {@code .jsonl} and a {@code .npz} file, in a folder or among the resources of
 * this module.
 */
public final class Corpus {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SUFFIX = ".jsonl";

  private static final String ARCHIVE = ".npz";
  // resources cannot be listed
  private static final List<String> BUILT_IN = List.of(
      "activations",
      "constraints",
      "functions",
      "initializers",
      "layers",
      "losses",
      "metrics",
      "ops",
      "optimizers",
      "regularizers",
      "schedules");

  private final @Nullable Path folder;

  private Corpus(@Nullable Path folder) {
    this.folder = folder;
  }

  /** The cases of a folder. */
  public static Corpus of(Path folder) {
    return new Corpus(folder);
  }

  /** The cases that come with the kit: at least one of each public name that was recorded. */
  public static Corpus builtIn() {
    return new Corpus(null);
  }

  /** The names of the categories, in alphabetical order. */
  public List<String> categories() throws IOException {
    if (folder == null) {
      return BUILT_IN;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(n -> n.endsWith(SUFFIX))
          .map(n -> n.substring(0, n.length() - SUFFIX.length()))
          .sorted()
          .toList();
    }
  }

  /** All cases of a category. */
  public List<Case> cases(String category) throws IOException {
    Map<String, Map<Integer, NDArray>> arrays = new HashMap<>();
    archive(category).forEach((name, a) -> {
      int slash = name.indexOf('/');
      arrays
          .computeIfAbsent(name.substring(0, slash), id -> new TreeMap<>())
          .put(Integer.parseInt(name.substring(slash + 1)), a);
    });
    List<Case> out = new ArrayList<>();
    for (String line : lines(category)) {
      if (!line.isBlank()) {
        Map<String, Object> record =
            JSON.readValue(line, new TypeReference<Map<String, Object>>() {});
        Map<Integer, NDArray> own = arrays.getOrDefault((String) record.get("id"), new TreeMap<>());
        Codec.walk(record, (key, dtype) -> own.computeIfPresent(key, (k, a) -> restored(a, dtype)));
        out.add(new Case(category, record, own));
      }
    }
    return out;
  }

  private List<String> lines(String category) throws IOException {
    if (folder != null) {
      return Files.readAllLines(folder.resolve(category + SUFFIX));
    }
    try (InputStream in = resource(category + SUFFIX)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private Map<String, NDArray> archive(String category) throws IOException {
    if (folder != null) {
      Path archive = folder.resolve(category + ARCHIVE);
      return Files.exists(archive) ? Npz.read(archive) : Map.of();
    }
    Path copy = Files.createTempFile("keras4j-cases", ARCHIVE);
    try (InputStream in = resource(category + ARCHIVE)) {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      return Npz.read(copy);
    } finally {
      Files.delete(copy);
    }
  }

  private static InputStream resource(String name) throws IOException {
    InputStream in = Corpus.class.getResourceAsStream("cases/" + name);
    if (in == null) {
      throw new FileNotFoundException("The kit lacks its recorded cases: " + name);
    }
    return in;
  }

  // types that files lack are kept as their bits, four-bit integers as a byte each
  private static NDArray restored(NDArray a, DType dtype) {
    if (a.dtype() == dtype) {
      return a;
    }
    if (dtype == DType.INT4 || dtype == DType.UINT4) {
      return a.astype(dtype);
    }
    ByteBuffer bits = a.bytes();
    return NDArray.ofBytes(bits, dtype, a.shape());
  }
}
