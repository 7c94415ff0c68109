package org.keras4j.backend.xla.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.backend.xla.emit.EmitOptions;
import org.keras4j.backend.xla.emit.GraphEmitter;
import org.keras4j.backend.xla.emit.HostOnly;
import org.keras4j.backend.xla.emit.Module;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.npy.Npz;
import org.keras4j.core.spi.GraphFormat;
import org.keras4j.core.spi.ServingFunction;

/**
 * The format {@code "stablehlo"}: a folder with {@code weights.npz} and one module a batch size, {@code
 * batch-1.mlir} and {@code batch-32.mlir} (only {@code module.mlir} where nothing is unknown). The
 * function {@code main} takes the inputs and then the weights; lines of comment at its top name them:
 *
 * <pre>
 * // input image float32(1, 28, 28, 1)
 * // weight w0 conv2d/kernel float32(3, 3, 1, 32)
 * // output dense float32(1, 10)
 * </pre>
 *
 * The second word of a weight's line is its key in {@code weights.npz}.
 */
public final class StableHloFormat implements GraphFormat {
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
    boolean known = f.inputs().stream().allMatch(s -> s.shape().isKnown());
    Map<String, String> modules = new LinkedHashMap<>();
    Map<String, NDArray> weights = new LinkedHashMap<>();
    for (ServingFunction.Weight w : f.weights()) {
      weights.put("w" + weights.size(), w.value());
    }
    if (known) {
      modules.put("module.mlir", module(f, f.inputs(), weights));
    } else {
      for (long batch : BATCHES) {
        modules.put("batch-" + batch + ".mlir", module(f, bind(f.inputs(), batch), weights));
      }
    }
    for (Map.Entry<String, String> m : modules.entrySet()) {
      AtomicFile.writeString(target.resolve(m.getKey()), m.getValue());
    }
    Npz.write(target.resolve(WEIGHTS), weights);
  }

  private static List<TensorSpec> bind(List<TensorSpec> specs, long size) {
    List<TensorSpec> out = new ArrayList<>();
    for (TensorSpec s : specs) {
      Shape shape = s.shape();
      for (int i = 0; i < shape.rank(); i++) {
        if (shape.dim(i) < 0) {
          if (i > 0) {
            throw new IllegalArgumentException(
                "Only the batch may be unknown in an export to StableHLO, got an input " + s);
          }
          shape = shape.with(i, size);
        }
      }
      out.add(s.withShape(shape));
    }
    return out;
  }

  private static String module(
      ServingFunction f, List<TensorSpec> inputs, Map<String, NDArray> weights) {
    Module m;
    var graph = f.graph(inputs);
    try {
      m = GraphEmitter.emit(graph, EmitOptions.DEFAULT, Map.of());
    } catch (HostOnly e) {
      throw Failures.inPlaceOf(
          e,
          new IllegalArgumentException(
              "'" + f.name() + "' cannot be exported to StableHLO: " + e.getMessage(),
              e.getCause()));
    }
    StringBuilder b = new StringBuilder();
    for (int i = 0; i < inputs.size(); i++) {
      b.append("// input ")
          .append(word(f.inputNames().get(i)))
          .append(' ')
          .append(inputs.get(i))
          .append('\n');
    }
    for (int i = 0; i < f.weights().size(); i++) {
      ServingFunction.Weight w = f.weights().get(i);
      b.append("// weight w").append(i).append(' ').append(word(w.path())).append(' ');
      b.append(w.value().spec()).append('\n');
    }
    int first = f.weights().size();
    for (int i = 0; i < m.constants().size(); i++) {
      // large literals differ with the batch, so each module has its own
      String key = "c" + weights.size();
      weights.put(key, m.constants().get(i));
      b.append("// weight ").append(key).append(" constant_").append(first + i).append(' ');
      b.append(m.constants().get(i).spec()).append('\n');
    }
    for (int i = 0; i < graph.outputs().size(); i++) {
      b.append("// output ").append(word(f.outputNames().get(i))).append(' ');
      b.append(graph.outputs().get(i).spec()).append('\n');
    }
    return b.append(m.text()).toString();
  }

  private static String word(String name) {
    return name.replaceAll("\\s", "_");
  }
}
