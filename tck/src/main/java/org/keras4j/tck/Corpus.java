package org.keras4j.tck;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.io.Npz;

/** A folder of recorded cases: for each category a {@code .jsonl} and a {@code .npz} file. */
public final class Corpus {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SUFFIX = ".jsonl";

  private final Path folder;

  public Corpus(Path folder) {
    this.folder = folder;
  }

  /** The names of the categories, in alphabetical order. */
  public List<String> categories() throws IOException {
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
    Path archive = folder.resolve(category + ".npz");
    if (Files.exists(archive)) {
      Npz.read(archive).forEach((name, a) -> {
        int slash = name.indexOf('/');
        arrays
            .computeIfAbsent(name.substring(0, slash), id -> new TreeMap<>())
            .put(Integer.parseInt(name.substring(slash + 1)), a);
      });
    }
    List<Case> out = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(category + SUFFIX))) {
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
