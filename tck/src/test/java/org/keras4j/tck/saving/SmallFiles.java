package org.keras4j.tck.saving;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.npy.Npy;
import org.keras4j.core.npy.Npz;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.saving.internal.hdf5.H5Writer;

/** Makes files that are small and ask for much memory or time, and reads them in a process of its own. */
final class SmallFiles {
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.weights.h5";
  private static final int MIB = 1 << 20;

  private final Path folder;
  private final Map<String, byte[]> good;

  SmallFiles(Path folder) throws IOException {
    this.folder = folder;
    Path file = folder.resolve("good.keras");
    new Sequential(new Input(4), new Dense(3).name("first"), new Dense(2).name("second"))
        .save(file);
    this.good = entries(Files.newInputStream(file));
    Files.delete(file);
  }

  private static Map<String, byte[]> entries(InputStream in) throws IOException {
    Map<String, byte[]> out = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry e; (e = zip.getNextEntry()) != null; ) {
        out.put(e.getName(), zip.readAllBytes());
      }
    }
    return out;
  }

  private interface Body {
    void write(OutputStream out) throws IOException;
  }

  private void archive(String name, Map<String, byte[]> entries, String other, Body body)
      throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(folder.resolve(name)))) {
      zip.setLevel(Deflater.BEST_SPEED);
      for (Map.Entry<String, byte[]> e : entries.entrySet()) {
        if (!e.getKey().equals(other)) {
          zip.putNextEntry(new ZipEntry(e.getKey()));
          zip.write(e.getValue());
          zip.closeEntry();
        }
      }
      zip.putNextEntry(new ZipEntry(other));
      body.write(zip);
      zip.closeEntry();
    }
  }

  private void config(String name, int bytes, String before, String repeated, String after)
      throws IOException {
    byte[] piece = repeated.repeat(1000).getBytes(StandardCharsets.UTF_8);
    archive(name, good, CONFIG, out -> {
      out.write(before.getBytes(StandardCharsets.UTF_8));
      for (int n = 0; n + piece.length < bytes; n += piece.length) {
        out.write(piece);
      }
      out.write(after.getBytes(StandardCharsets.UTF_8));
    });
  }

  private void changed(String name, String from, String to) throws IOException {
    String config = new String(good.get(CONFIG), StandardCharsets.UTF_8);
    if (!config.contains(from)) {
      throw new IllegalStateException(from + " is not in " + config);
    }
    archive(
        name,
        good,
        CONFIG,
        out -> out.write(config.replace(from, to).getBytes(StandardCharsets.UTF_8)));
  }

  /** Makes all files; by name, a part of the message with which each is refused, or "" if it is read. */
  Map<String, String> make() throws IOException {
    Map<String, String> out = new LinkedHashMap<>();
    String head = "{\"module\":\"keras\",\"class_name\":\"Sequential\",\"config\":{\"layers\":";

    // configs, beyond the limit and just below it
    config("config_of_255_MB.keras", 255_000_000, head + "[", "1,", "1]}}");
    out.put("config_of_255_MB.keras", "maxConfigBytes");
    config("config_of_lists.keras", 60 * MIB, head + "[", "[],", "1]}}");
    out.put("config_of_lists.keras", "Token count");
    config("config_of_numbers.keras", 60 * MIB, head + "[", "1,", "1]}}");
    out.put("config_of_numbers.keras", "Token count");
    config("config_of_maps.keras", 8 * MIB, head + "[", "{\"a\":{}},", "1]}}");
    out.put("config_of_maps.keras", "as a layer");
    config("config_of_a_text.keras", 60 * MIB, head + "[\"", "x", "\"]}}");
    out.put("config_of_a_text.keras", "as a layer");
    config("config_of_brackets.keras", MIB, head, "[", "");
    out.put("config_of_brackets.keras", "depth");

    // archives
    byte[] random = new byte[MIB];
    new Random(1).nextBytes(random);
    archive("archive_that_unpacks_160_times.keras", good, WEIGHTS, o -> {
      byte[] zeros = new byte[MIB];
      for (int i = 0; i < 160; i++) {
        o.write(i % 160 == 0 ? random : zeros);
      }
    });
    out.put("archive_that_unpacks_160_times.keras", "maxExpansion");
    archive("weights_of_zeros.keras", good, WEIGHTS, o -> o.write(new byte[100 * MIB]));
    out.put("weights_of_zeros.keras", "maxExpansion");
    archive("arrays_of_zeros.npz", Map.of(), "a.npy", o -> {
      Npy.write(o, NDArray.zeros(DType.UINT8, Shape.of(200L * MIB)));
    });
    out.put("arrays_of_zeros.npz", "max");
    Map<String, NDArray> many = new LinkedHashMap<>();
    for (int i = 0; i < 10; i++) {
      many.put("a" + i, NDArray.zeros(DType.UINT8, Shape.of(20L * MIB)));
    }
    Npz.write(folder.resolve("many_arrays_of_zeros.npz"), many);
    out.put("many_arrays_of_zeros.npz", "max");
    Files.write(folder.resolve("texts_of_nothing.npy"), npyHead("|S1", 30_000_000));
    out.put("texts_of_nothing.npy", "maxArrayBytes");
    ByteArrayOutputStream ones = new ByteArrayOutputStream();
    ones.writeBytes(npyHead("|S100000", 100));
    byte[] text = new byte[100_000];
    text[99_999] = 1;
    for (int i = 0; i < 100; i++) {
      ones.writeBytes(text);
    }
    Files.write(folder.resolve("texts_of_zeros.npy"), ones.toByteArray());
    out.put("texts_of_zeros.npy", "");

    // layers that are large, or do much
    changed("dense.keras", "\"units\":3", "\"units\":100000000");
    out.put("dense.keras", "more than the file has weights for");
    String dense = "\"class_name\":\"Dense\",\"config\":{\"name\":\"first\"";
    String config = new String(good.get(CONFIG), StandardCharsets.UTF_8);
    int from = config.indexOf("{\"module\":\"keras.layers\"," + dense);
    String first = config.substring(
        from, config.indexOf(",{\"module\":\"keras.layers\",\"class_name\":\"Dense\"", from + 1));
    String shape = "[null,4]";
    layer(
        out,
        "mel.keras",
        first,
        "MelSpectrogram",
        "{\"fft_length\":1073741824,\"num_mel_bins\":1073741824,\"sequence_length\":4}",
        "2 GiB");
    layer(
        out,
        "mel_16.keras",
        first,
        "MelSpectrogram",
        "{\"fft_length\":65536,\"num_mel_bins\":65536,\"sequence_length\":4}",
        "bands");
    layer(out, "rand_augment.keras", first, "RandAugment", "{\"num_ops\":2147483647}", "num_ops");
    layer(
        out,
        "aug_mix.keras",
        first,
        "AugMix",
        "{\"num_chains\":40000,\"chain_depth\":40000}",
        "chain_depth");
    layer(
        out,
        "lookup.keras",
        first,
        "IntegerLookup",
        "{\"num_oov_indices\":1000000000,\"vocabulary\":[1,2],\"max_tokens\":null}",
        "unknown tokens");
    if (!config.contains(shape)) {
      throw new IllegalStateException(config);
    }
    vocabulary(out, "vocabulary_of_empty_lines.keras", 20 * MIB, i -> "\n", "maxAssetLines");
    vocabulary(out, "vocabulary_of_words.keras", 3_999_000, i -> "w" + i + "\n", "");

    // models of many layers
    chain(out, "sequential.keras", 20_000, true);
    chain(out, "reversed.keras", 20_000, false);
    return out;
  }

  private static byte[] npyHead(String type, int size) {
    String head = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + size + ",)}\n";
    return ("\u0093NUMPY\1\0" + (char) head.length() + "\0" + head)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private void layer(
      Map<String, String> out,
      String name,
      String first,
      String className,
      String config,
      String reason)
      throws IOException {
    changed(
        name,
        first,
        "{\"module\":\"keras.layers\",\"class_name\":\"" + className + "\",\"config\":" + config
            + ",\"registered_name\":null}");
    out.put(name, reason);
  }

  private interface Line {
    String of(int i);
  }

  private void vocabulary(Map<String, String> out, String name, int lines, Line line, String reason)
      throws IOException {
    Map<String, byte[]> adapted = entries(Objects.requireNonNull(
        SmallFiles.class.getResourceAsStream("corpus/string_lookup_adapted.keras")));
    String asset = adapted.keySet().stream()
        .filter(n -> n.endsWith("vocabulary.txt"))
        .findFirst()
        .orElseThrow();
    String config = new String(adapted.get(CONFIG), StandardCharsets.UTF_8)
        .replaceAll("\"vocabulary_size\": *\\d+", "\"vocabulary_size\": " + lines);
    adapted.put(CONFIG, config.getBytes(StandardCharsets.UTF_8));
    archive(name, adapted, asset, o -> {
      StringBuilder b = new StringBuilder();
      for (int i = 0; i < lines; i++) {
        b.append(line.of(i));
        if (b.length() > MIB) {
          o.write(b.toString().getBytes(StandardCharsets.UTF_8));
          b.setLength(0);
        }
      }
      o.write(b.toString().getBytes(StandardCharsets.UTF_8));
    });
    out.put(name, reason);
  }

  /** A chain of small layers, as a Sequential, or as a Functional that lists its layers from back to front. */
  private void chain(Map<String, String> out, String name, int layers, boolean sequential)
      throws IOException {
    List<String> configs = new ArrayList<>();
    H5Writer h5 = new H5Writer();
    NDArray kernel = NDArray.zeros(DType.FLOAT32, Shape.of(2, 2));
    NDArray bias = NDArray.zeros(DType.FLOAT32, Shape.of(2));
    configs.add(layer("InputLayer", "in", "\"batch_shape\":[null,2]", null));
    for (int i = 0; i < layers; i++) {
      String before = i == 0 ? "in" : "d" + (i - 1);
      configs.add(layer("Dense", "d" + i, "\"units\":2", before));
      String vars = "layers/dense" + (i == 0 ? "" : "_" + i) + "/vars";
      h5.dataset(vars, "0", DType.FLOAT32, kernel.shape(), () -> kernel);
      h5.dataset(vars, "1", DType.FLOAT32, bias.shape(), () -> bias);
    }
    if (!sequential) {
      Collections.reverse(configs);
    }
    String all = String.join(",", configs);
    String config = sequential
        ? "{\"module\":\"keras\",\"class_name\":\"Sequential\",\"config\":{\"name\":\"s\",\"layers\":["
            + all + "]}}"
        : "{\"module\":\"keras\",\"class_name\":\"Functional\",\"config\":{\"name\":\"f\",\"layers\":["
            + all + "],\"input_layers\":[[\"in\",0,0]],\"output_layers\":[[\"d" + (layers - 1)
            + "\",0,0]]}}";
    Map<String, byte[]> entries = new LinkedHashMap<>(good);
    entries.put(CONFIG, config.getBytes(StandardCharsets.UTF_8));
    archive(name, entries, WEIGHTS, h5::write);
    out.put(name, "");
  }

  private static String layer(String className, String name, String config, String before) {
    String call = before == null
        ? ""
        : "{\"args\":[{\"class_name\":\"__keras_tensor__\",\"config\":{\"shape\":[null,2],\"dtype\":\"float32\","
            + "\"keras_history\":[\"" + before + "\",0,0]}}],\"kwargs\":{}}";
    return "{\"module\":\"keras.layers\",\"class_name\":\"" + className
        + "\",\"config\":{\"name\":\"" + name + "\"," + config
        + "},\"registered_name\":null,\"name\":\"" + name + "\",\"inbound_nodes\":[" + call + "]}";
  }

  /** Reads the files that are named, and says for each what came of it and how many milliseconds it took. */
  public static void main(String[] args) {
    for (String name : args) {
      Path file = Path.of(name);
      long start = System.nanoTime();
      String outcome;
      try {
        if (name.endsWith(".keras")) {
          Model.load(file);
        } else if (name.endsWith(".npz")) {
          Npz.read(file);
        } else {
          Npy.read(file);
        }
        outcome = "read";
      } catch (Throwable t) {
        outcome = t.getClass().getSimpleName() + " " + t.getMessage();
      }
      System.out.println("SMALL\t" + file.getFileName() + "\t"
          + (System.nanoTime() - start) / 1_000_000 + "\t" + outcome.replaceAll("\\s+", " "));
    }
  }
}
