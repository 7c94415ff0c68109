package org.keras4j.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.MemoryLimitException;
import org.keras4j.core.NDArray;
import org.keras4j.core.Variable;
import org.keras4j.core.internal.io.Folders;
import org.keras4j.models.LoadWeights;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;

/** Models as the bytes of their {@code .keras} file. */
final class ModelBytes {
  private static final String WEIGHTS = "model.weights.h5";

  private ModelBytes() {}

  /** A body that may use a folder. */
  @FunctionalInterface
  interface Body<R> {
    R in(Path folder) throws IOException;
  }

  /** Runs with a folder that is deleted afterwards. */
  static <R> R withFolder(Body<R> body) {
    @Nullable Path folder = null;
    try {
      folder = Files.createTempDirectory("keras4j-spark");
      return body.in(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      delete(folder);
    }
  }

  private static void delete(@Nullable Path folder) {
    if (folder == null) {
      return;
    }
    try {
      Folders.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The model's file. */
  static byte[] of(Model model) {
    return withFolder(folder -> {
      Path file = folder.resolve("model.keras");
      model.save(file);
      if (Files.size(file) > Integer.MAX_VALUE - 64) {
        throw new MemoryLimitException("A model of " + Files.size(file)
            + " bytes does not travel in one message of Spark, which holds 2 GiB");
      }
      return Files.readAllBytes(file);
    });
  }

  /** The model of a file. */
  static Model model(byte[] bytes) {
    return withFolder(folder -> Model.load(Files.write(folder.resolve("model.keras"), bytes)));
  }

  /**
   * A model in training: its file, and what files do not hold.
   *
   * @param seeds the bytes of variables that are no weights, in the model's order
   */
  record Trained(byte[] file, ArrayList<byte[]> seeds) implements Serializable {
    static Trained of(Model model) {
      ArrayList<byte[]> seeds = new ArrayList<>();
      for (Variable v : noWeights(model)) {
        ByteBuffer b = v.value().toNDArray().bytes();
        byte[] bytes = new byte[b.remaining()];
        b.get(bytes);
        seeds.add(bytes);
      }
      return new Trained(ModelBytes.of(model), seeds);
    }

    private static List<Variable> noWeights(Model model) {
      Set<Variable> weights = Collections.newSetFromMap(new IdentityHashMap<>());
      weights.addAll(model.weights());
      return model.variables().stream().filter(v -> !weights.contains(v)).toList();
    }

    /** A model of its own. */
    Model made() {
      Model m = model(file);
      seed(m);
      return m;
    }

    private void seed(Model m) {
      List<Variable> variables = noWeights(m);
      if (variables.size() != seeds.size()) {
        throw new IllegalStateException("A model that was read has " + variables.size()
            + " seeds and the like, the one that was written " + seeds.size());
      }
      for (int i = 0; i < seeds.size(); i++) {
        Variable v = variables.get(i);
        v.assign(Ops.convertToTensor(
            NDArray.ofBytes(ByteBuffer.wrap(seeds.get(i)), v.dtype(), v.shape())));
      }
    }

    /** Gives a model like it the weights, the seeds, and its optimizer the state. */
    void copy(Model to) {
      Path done = withFolder(folder -> {
        Path keras = Files.write(folder.resolve("model.keras"), file);
        Path weights = folder.resolve(WEIGHTS);
        try (ZipFile zip = new ZipFile(keras.toFile())) {
          ZipEntry entry = zip.getEntry(WEIGHTS);
          if (entry == null) {
            throw new IOException("the trained model has no " + WEIGHTS);
          }
          try (InputStream in = zip.getInputStream(entry)) {
            Files.copy(in, weights);
          }
        }
        to.loadWeights(weights, LoadWeights.defaults());
        return weights;
      });
      assert done != null;
      seed(to);
    }
  }
}
