package org.keras4j.backend.xla.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.keras4j.backend.xla.emit.HostOnly;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.npy.Npz;
import org.keras4j.core.spi.ArchiveFormat;
import org.keras4j.core.spi.ServingArchive;
import org.keras4j.core.spi.ServingFunction;
import org.keras4j.core.spi.StepFunction;

/**
 * The format {@code "stablehlo"}: a folder with {@code weights.npz} and {@code module.mlir}, whose sizes are open where the model's
 * are; and for models of which only the batch is open {@code batch-1.mlir} and {@code batch-32.mlir} for that many samples. An
 * archive has modules of the endpoints' names, and {@code collections.json}, which lists weights.
 *
 * <p>The function {@code main} takes the inputs and then the weights, and gives the outputs and then the new values of the weights
 * that it changes; lines of comment at its top name them:
 *
 * <pre>
 * // size b
 * // input image float32(b, 28, 28, 1)
 * // weight w0 conv2d/kernel float32(3, 3, 1, 32)
 * // output dense float32(b, 10)
 * // state w0 conv2d/kernel float32(3, 3, 1, 32)
 * </pre>
 *
 * The second word of the line of a weight or state is its key in {@code weights.npz}. Open sizes have names; sizes of outputs that
 * follow from them are formulas as JAX writes them. Steps are folders too: see {@link StepFolder}.
 */
public final class StableHloFormat implements ArchiveFormat {
  static final String WEIGHTS = "weights.npz";
  private static final long[] BATCHES = {1, 32};

  @Override
  public String name() {
    return "stablehlo";
  }

  /**
   * Writes the folder.
   *
   * @throws IllegalArgumentException if the function has parts that StableHLO cannot express
   */
  @Override
  public void write(ServingFunction f, Path target) throws IOException {
    Folder folder = new Folder(target);
    f.weights().forEach(folder::weight);
    folder.add("module", "", f);
    folder.finish();
  }

  @Override
  public void write(ServingArchive archive, Path target) throws IOException {
    Folder folder = new Folder(target);
    archive.weights().values().forEach(folder::weight);
    for (Map.Entry<String, ServingFunction> e : archive.endpoints().entrySet()) {
      folder.add(e.getKey(), e.getKey() + "-", e.getValue());
    }
    StringJoiner all = new StringJoiner(",\n", "{\n", "\n}\n");
    archive.collections().forEach((name, weights) -> {
      StringJoiner keys = new StringJoiner(", ", "  \"" + name + "\": [", "]");
      weights.forEach(w -> keys.add('"' + folder.key(w) + '"'));
      all.add(keys.toString());
    });
    AtomicFile.writeString(target.resolve("collections.json"), all.toString());
    folder.finish();
  }

  /** What is being written. */
  private static final class Folder {
    private final Path target;
    private final Map<String, String> keys = new LinkedHashMap<>();
    private final Map<String, NDArray> arrays = new LinkedHashMap<>();

    Folder(Path target) {
      this.target = target;
    }

    void weight(ServingFunction.Weight w) {
      String key = "w" + arrays.size();
      keys.put(w.path(), key);
      arrays.put(key, w.value());
    }

    String key(ServingFunction.Weight w) {
      return String.valueOf(keys.get(w.path()));
    }

    void add(String name, String prefix, ServingFunction f) throws IOException {
      boolean known = f.inputs().stream().allMatch(s -> s.shape().isKnown());
      if (known) {
        write(name, f, OpenFunction.of(f, f.inputs()));
        return;
      }
      boolean batchAlone = OpenFunction.isBatchAlone(f.inputs());
      try {
        write(name, f, OpenFunction.of(f));
      } catch (OpenModule.NotOpen e) {
        if (!batchAlone) {
          throw Failures.inPlaceOf(
              e,
              new IllegalArgumentException(
                  "'" + f.name() + "' cannot be exported to StableHLO with sizes " + f.inputs()
                      + " that are open beyond the batch: " + e.getMessage(),
                  e.getCause()));
        }
      }
      if (batchAlone) {
        for (long batch : BATCHES) {
          write(prefix + "batch-" + batch, f, OpenFunction.of(f, bind(f.inputs(), batch)));
        }
      }
    }

    private void write(String name, ServingFunction f, OpenFunction written) throws IOException {
      AtomicFile.writeString(target.resolve(name + ".mlir"), header(f, written) + written.text());
    }

    private String header(ServingFunction f, OpenFunction written) {
      StringBuilder b = new StringBuilder();
      written.open().forEach(o -> b.append("// size ").append(o.name()).append('\n'));
      for (int i = 0; i < written.inputs().size(); i++) {
        line(b, "input", word(f.inputNames().get(i)), written.inputs().get(i));
      }
      for (ServingFunction.Weight w : f.weights()) {
        line(b, "weight " + key(w), word(w.path()), w.value().spec().toString());
      }
      int n = arrays.size();
      for (NDArray c : written.constants()) {
        // large literals may differ with the sizes, so each module has its own
        String key = "c" + arrays.size();
        arrays.put(key, c);
        line(b, "weight " + key, "constant_" + n++, c.spec().toString());
      }
      int outputs = written.outputs().size() - f.assigned().size();
      for (int i = 0; i < outputs; i++) {
        line(b, "output", word(f.outputNames().get(i)), written.outputs().get(i));
      }
      for (int i = 0; i < f.assigned().size(); i++) {
        ServingFunction.Weight w = f.weights().get(f.assigned().get(i));
        line(b, "state " + key(w), word(w.path()), written.outputs().get(outputs + i));
      }
      return b.toString();
    }

    private static void line(StringBuilder b, String kind, String name, String spec) {
      b.append("// ")
          .append(kind)
          .append(' ')
          .append(name)
          .append(' ')
          .append(spec)
          .append('\n');
    }

    void finish() throws IOException {
      Npz.write(target.resolve(WEIGHTS), arrays);
    }
  }

  @Override
  public void writeStep(StepFunction step, Path target) throws IOException {
    StepFolder.write(step, target);
  }

  private static List<TensorSpec> bind(List<TensorSpec> specs, long size) {
    List<TensorSpec> out = new ArrayList<>();
    for (TensorSpec s : specs) {
      Shape shape = s.shape();
      out.add(shape.isKnown() ? s : s.withShape(shape.with(0, size)));
    }
    return out;
  }

  static RuntimeException refused(ServingFunction f, HostOnly e) {
    return Failures.inPlaceOf(
        e,
        new IllegalArgumentException(
            "'" + f.name() + "' cannot be exported to StableHLO: " + e.getMessage(), e.getCause()));
  }

  static String word(String name) {
    return name.replaceAll("\\s", "_");
  }
}
