package org.keras4j.tck.saving.damage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.Npy;
import org.keras4j.core.io.Npz;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.saving.ModelFileException;

/**
 * Real files, changed in thousands of ways that are drawn: each is read, or refused with an exception of this library
 * that names the file and says in words what is wrong, in seconds and within the heap.
 *
 * <p>The models are those whose configs real Keras saved ({@code scripts/make_config_corpus.py}). System properties: {@code
 * keras4j.damage}, how many files are changed; {@code keras4j.damage.from}, the number of the first, each number being one
 * change; {@code keras4j.damage.keep}, a folder for files that are not read as they should be.
 */
@Tag("pytorch")
class DamagedFilesTest {
  private static final int ORDINARY = 2000;
  private static final long MOST_SECONDS = 10;
  private static final int SHOWN = 40;

  @TempDir
  Path folder;

  private record Good(String name, String suffix, byte[] bytes, Model model) {}

  private static Path corpus() {
    try {
      return Path.of(Objects.requireNonNull(
                  DamagedFilesTest.class.getResource("/org/keras4j/tck/saving/corpus/dense.json"))
              .toURI())
          .getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<Good> goodFiles(TreeSet<String> classNames) throws IOException {
    List<Good> out = new ArrayList<>();
    ObjectMapper json = new ObjectMapper();
    List<Path> configs;
    try (Stream<Path> all = Files.list(corpus())) {
      configs = all.sorted().toList();
    }
    for (Path c : configs) {
      String name = c.getFileName().toString();
      if (name.endsWith(".keras")) {
        out.add(new Good(name, ".keras", Files.readAllBytes(c), Model.load(c)));
        continue;
      }
      Map<?, ?> config = json.readValue(c.toFile(), Map.class);
      collectNames(config, classNames);
      Model m = (Model) Serializer.deserialize(config);
      Path file = folder.resolve("good.keras");
      m.save(file);
      byte[] saved = Files.readAllBytes(file);
      out.add(new Good(name, ".keras", saved, m));
      if (out.size() % 7 == 0) {
        Path weights = folder.resolve("good.weights.h5");
        m.saveWeights(weights);
        out.add(new Good(name, ".weights.h5", Files.readAllBytes(weights), m));
      }
    }
    Model plain = new Sequential(new Input(4), new Dense(3), new Dense(2));
    for (String form : List.of("earliest", "v108", "latest")) {
      for (String storage : List.of("_plain", "_chunked")) {
        String name = "/org/keras4j/tck/saving/forms/" + form + storage + ".weights.h5";
        out.add(new Good(form + storage, ".weights.h5", resource(name), plain));
      }
    }
    Path npy = folder.resolve("good.npy");
    Npy.write(npy, NDArray.zeros(DType.FLOAT32, Shape.of(3, 4)));
    out.add(new Good("floats", ".npy", Files.readAllBytes(npy), plain));
    Npy.write(npy, NDArray.ofStrings(new String[] {"a", "bc"}, Shape.of(2)));
    out.add(new Good("strings", ".npy", Files.readAllBytes(npy), plain));
    Path npz = folder.resolve("good.npz");
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    arrays.put("a", NDArray.of(new double[] {1, 2}));
    arrays.put("b/c", NDArray.scalar(DType.INT64, 5L));
    Npz.write(npz, arrays);
    out.add(new Good("arrays", ".npz", Files.readAllBytes(npz), plain));
    return out;
  }

  private static byte[] resource(String name) throws IOException {
    try (var in = Objects.requireNonNull(DamagedFilesTest.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    }
  }

  private static void collectNames(Object tree, TreeSet<String> out) {
    if (tree instanceof Map<?, ?> m) {
      if (m.get("class_name") instanceof String s) {
        out.add(s);
      }
      m.values().forEach(v -> collectNames(v, out));
    } else if (tree instanceof List<?> l) {
      l.forEach(v -> collectNames(v, out));
    }
  }

  private static void read(Good good, Path file) throws IOException {
    switch (good.suffix) {
      case ".keras" -> Model.load(file);
      case ".weights.h5" -> good.model.loadWeights(file);
      case ".npz" -> Npz.read(file);
      default -> Npy.read(file);
    }
  }

  private static byte[] damaged(Good good, Damage damage) {
    return switch (good.suffix) {
      case ".keras" -> damage.keras(good.bytes);
      case ".weights.h5" -> damage.weights(good.bytes);
      case ".npz" -> damage.npz(good.bytes);
      default -> damage.npy(good.bytes);
    };
  }

  /** What is wrong with how a file was read; empty if nothing is. */
  private static String complaint(Good good, Path file) {
    long start = System.nanoTime();
    try {
      read(good, file);
    } catch (ModelFileException | FileFormatException e) {
      if (!String.valueOf(e.getMessage()).contains(file.getFileName().toString())) {
        return "the file is not named: " + e.getMessage();
      }
      for (Throwable t = e; t != null; t = t.getCause()) {
        if (t instanceof NullPointerException
            || t instanceof ClassCastException
            || t instanceof IndexOutOfBoundsException
            || t instanceof NegativeArraySizeException
            || t instanceof ArithmeticException
            || t instanceof java.util.NoSuchElementException
            || t instanceof java.nio.BufferUnderflowException
            || t instanceof Error) {
          return "an accident: " + t + at(t);
        }
      }
    } catch (Throwable t) {
      return "not an exception of this library: " + t + at(t);
    }
    long seconds = (System.nanoTime() - start) / 1_000_000_000;
    return seconds >= MOST_SECONDS ? "took " + seconds + " s" : "";
  }

  private static String at(Throwable t) {
    StackTraceElement[] trace = t.getStackTrace();
    StringBuilder b = new StringBuilder();
    int shown = 0;
    for (StackTraceElement e : trace) {
      if (e.getClassName().startsWith("org.keras4j") && shown++ < 3) {
        b.append(" at ")
            .append(e.getClassName().replaceAll(".*\\.", ""))
            .append(':')
            .append(e.getLineNumber());
      }
    }
    return b.toString();
  }

  @Test
  void isReadOrRefused() throws IOException {
    TreeSet<String> classNames = new TreeSet<>();
    List<Good> files = goodFiles(classNames);
    for (Good g : files) {
      Path file = folder.resolve("unchanged" + g.suffix);
      Files.write(file, g.bytes);
      assertEquals("", complaint(g, file), g.name);
      read(g, file);
    }
    int from = Integer.getInteger("keras4j.damage.from", 0);
    int count = Integer.getInteger("keras4j.damage", ORDINARY);
    String keep = System.getProperty("keras4j.damage.keep", "");
    Map<String, String> complaints = new LinkedHashMap<>();
    for (int i = from; i < from + count; i++) {
      Dice dice = new Dice(i);
      Good g = dice.of(files);
      byte[] bytes = damaged(g, new Damage(dice, List.copyOf(classNames)));
      Path file = folder.resolve("damaged" + g.suffix);
      Files.write(file, bytes);
      String complaint = complaint(g, file);
      if (!complaint.isEmpty()) {
        complaints.putIfAbsent(
            complaint.replaceAll("\\d{4,}|'[^']*'", "*"), i + " (" + g.name + "): " + complaint);
        keep(keep, i, file);
      }
    }
    List<String> shown = complaints.values().stream()
        .limit(SHOWN)
        .map(s -> s.length() > 400 ? s.substring(0, 400) : s)
        .toList();
    assertTrue(shown.isEmpty(), () -> complaints.size() + " kinds:\n" + String.join("\n", shown));
  }

  private static void keep(String keep, int number, Path file) {
    if (!keep.isEmpty()) {
      try {
        Files.createDirectories(Path.of(keep));
        Files.copy(
            file,
            Path.of(keep, number + "-" + file.getFileName()),
            java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
