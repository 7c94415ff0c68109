package org.keras4j.hub.weights;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.core.internal.io.Part;

/** Writes safetensors files: the longest elements first, so that every array lies where its elements may. */
final class SafeTensorsWriter {
  private static final ObjectMapper JSON = new ObjectMapper();

  // without it some readers refuse the file
  private static final Map<String, String> METADATA = Map.of("format", "pt");

  private SafeTensorsWriter() {}

  static void write(Path file, WeightSource weights) throws IOException {
    List<String> names = new ArrayList<>(weights.names());
    byte[] header = header(weights, names);
    AtomicFile.write(file, out -> write(out, header, weights, names));
  }

  static void writeSharded(Path folder, WeightSource weights, long maxShardBytes)
      throws IOException {
    if (maxShardBytes < 1) {
      throw new IllegalArgumentException(
          "maxShardBytes: expected a positive number, got " + maxShardBytes);
    }
    List<List<String>> shards = new ArrayList<>();
    long total = 0;
    long filled = 0;
    for (String name : weights.names()) {
      long bytes = spec(weights, name).bytes();
      if (shards.isEmpty() || filled + bytes > maxShardBytes) {
        shards.add(new ArrayList<>());
        filled = 0;
      }
      shards.get(shards.size() - 1).add(name);
      filled += bytes;
      total += bytes;
    }
    if (shards.size() < 2) {
      write(folder.resolve(SafeTensors.FILE), weights);
      return;
    }
    Map<Path, AtomicFile.Body> files = new LinkedHashMap<>();
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < shards.size(); i++) {
      String file =
          String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
      List<String> names = shards.get(i);
      names.forEach(n -> map.put(n, file));
      byte[] header = header(weights, names);
      files.put(folder.resolve(file), out -> write(out, header, weights, names));
    }
    Map<String, Object> index = new LinkedHashMap<>();
    index.put("metadata", Map.of("total_size", total));
    index.put(SafeTensors.MAP, map);
    byte[] text = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(index);
    files.put(folder.resolve(SafeTensors.INDEX), out -> out.write(text));
    AtomicFile.writeAll(files, () -> {});
  }

  private static TensorSpec spec(WeightSource weights, String name) {
    return new TensorSpec(weights.shape(name), weights.dtype(name));
  }

  // sorts the names into the order of the file
  private static byte[] header(WeightSource weights, List<String> names) throws IOException {
    names.sort(
        Comparator.comparingInt((String n) -> -weights.dtype(n).size()).thenComparing(n -> n));
    Map<String, Object> header = new LinkedHashMap<>();
    header.put(SafeTensorsHeader.METADATA, METADATA);
    long at = 0;
    for (String name : names) {
      if (name.equals(SafeTensorsHeader.METADATA)) {
        throw new IllegalArgumentException(
            "safetensors: no array can have the name '" + name + "'");
      }
      TensorSpec spec = spec(weights, name);
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("dtype", dtype(name, spec.dtype()));
      entry.put("shape", spec.shape().toArray());
      entry.put("data_offsets", new long[] {at, at + spec.bytes()});
      header.put(name, entry);
      at += spec.bytes();
    }
    String text = new String(JSON.writeValueAsBytes(header), StandardCharsets.UTF_8);
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    int padding = -length & (SafeTensorsHeader.LENGTH - 1);
    return (text + " ".repeat(padding)).getBytes(StandardCharsets.UTF_8);
  }

  private static String dtype(String name, DType dtype) {
    return SafeTensorsHeader.DTYPES.entrySet().stream()
        .filter(e -> e.getValue() == dtype)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("safetensors: the array '" + name
            + "' has the dtype " + dtype + ", which the format has not"));
  }

  private static void write(Part out, byte[] header, WeightSource weights, List<String> names)
      throws IOException {
    ByteBuffer length =
        ByteBuffer.allocate(SafeTensorsHeader.LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putLong(0, header.length));
    out.write(header);
    for (String name : names) {
      NDArray a = weights.read(name);
      if (!a.spec().equals(spec(weights, name))) {
        throw new IllegalArgumentException("safetensors: the array '" + name + "' is " + a.spec()
            + ", announced was " + spec(weights, name));
      }
      out.write(a.bytes());
    }
  }
}
