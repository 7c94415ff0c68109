package org.keras4j.tck.saving.damage;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.BufferUnderflowException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.stream.Stream;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.npy.Npy;
import org.keras4j.core.npy.Npz;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.saving.ModelFileException;

/**
 * A file as it should be.
 *
 * @param suffix which kind it is
 * @param model of weights, the model that they are of
 */
record Good(String name, String suffix, byte[] bytes, Model model) {
  private static final long MOST_SECONDS = 10;
  private static final int SHOWN = 3;
  private static final String RESOURCES = "/org/keras4j/tck/saving/";

  /** Models with the configs that real Keras saved, and weights of this library. */
  static List<Good> models(Path folder) throws IOException {
    List<Good> out = new ArrayList<>();
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
      Model m = (Model) Objects.requireNonNull(
          Serializer.deserialize(new ConfigTree(Files.readAllBytes(c)).root()));
      Path file = folder.resolve("good.keras");
      m.save(file);
      out.add(new Good(name, ".keras", Files.readAllBytes(file), m));
    }
    return out;
  }

  /** Files of all kinds. */
  static List<Good> all(Path folder) throws IOException {
    List<Good> out = models(folder);
    for (Good g : List.copyOf(out)) {
      if (out.size() % 7 == 0) {
        Path weights = folder.resolve("good.weights.h5");
        g.model.saveWeights(weights);
        out.add(new Good(g.name, ".weights.h5", Files.readAllBytes(weights), g.model));
      }
    }
    Model plain = new Sequential(new Input(4), new Dense(3), new Dense(2));
    for (String form : List.of("earliest", "v108", "latest")) {
      for (String storage : List.of("_plain", "_chunked")) {
        String name = form + storage + ".weights.h5";
        out.add(new Good(name, ".weights.h5", resource(RESOURCES + "forms/" + name), plain));
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

  private static Path corpus() {
    try {
      return Path.of(Objects.requireNonNull(Good.class.getResource(RESOURCES + "corpus/dense.json"))
              .toURI())
          .getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(Good.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    }
  }

  /** Reads a file that is like this one. */
  void read(Path file) throws IOException {
    switch (suffix) {
      case ".keras" -> Model.load(file);
      case ".weights.h5" -> model.loadWeights(file);
      case ".npz" -> Npz.read(file);
      default -> Npy.read(file);
    }
  }

  byte[] damaged(Damage damage) {
    return switch (suffix) {
      case ".keras" -> damage.keras(bytes);
      case ".weights.h5" -> damage.weights(bytes);
      case ".npz" -> damage.npz(bytes);
      default -> damage.npy(bytes);
    };
  }

  /** What is wrong with how a file is read; empty if nothing is. */
  String complaint(Path file) {
    long start = System.nanoTime();
    try {
      read(file);
    } catch (ModelFileException | FileFormatException e) {
      if (!String.valueOf(e.getMessage()).contains(file.getFileName().toString())) {
        return "the file is not named: " + e.getMessage();
      }
      for (Throwable t = e; t != null; t = t.getCause()) {
        if (isAccident(t)) {
          return "an accident: " + t + at(t);
        }
      }
    } catch (Throwable t) {
      return "not an exception of this library: " + t + at(t);
    }
    long seconds = (System.nanoTime() - start) / 1_000_000_000;
    return seconds >= MOST_SECONDS ? "took " + seconds + " s" : "";
  }

  // what no one throws who has looked at a value
  static boolean isAccident(Throwable t) {
    return t instanceof NullPointerException
        || t instanceof ClassCastException
        || t instanceof IndexOutOfBoundsException
        || t instanceof NegativeArraySizeException
        || t instanceof ArithmeticException && !String.valueOf(t.getMessage()).contains("overflow")
        || t instanceof NoSuchElementException
        || t instanceof BufferUnderflowException
        || t instanceof Error;
  }

  private static String at(Throwable t) {
    StringBuilder b = new StringBuilder();
    Stream.of(t.getStackTrace())
        .filter(e -> e.getClassName().startsWith("org.keras4j"))
        .limit(SHOWN)
        .forEach(e -> b.append(" at ")
            .append(e.getClassName().replaceAll(".*\\.", ""))
            .append(':')
            .append(e.getLineNumber()));
    return b.toString();
  }
}
