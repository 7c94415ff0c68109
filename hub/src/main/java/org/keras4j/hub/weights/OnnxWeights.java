package org.keras4j.hub.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorScope;
import org.keras4j.onnx.internal.file.ModelReader;
import org.keras4j.onnx.internal.file.OnnxGraph;
import org.keras4j.onnx.internal.file.OnnxNode;
import org.keras4j.onnx.internal.file.OnnxTensor;
import org.keras4j.ops.Ops;

/**
 * The weights of an ONNX file that PyTorch wrote, under the names that they had there. The exporter turns the kernels of
 * {@code Linear} around and takes their names away; here they are found by the bias that is added to their products, have
 * their name and their layout again, so that the same {@link WeightMap} serves ONNX files and safetensors.
 *
 * <pre>{@code
 * try (WeightSource weights = OnnxWeights.open(Path.of("model.onnx"))) {
 *   weights.shape("encoder.layer.0.attention.self.query.weight"); // (384, 384)
 * }
 * }</pre>
 */
public final class OnnxWeights implements WeightSource {
  private static final String BIAS = ".bias";

  private record Entry(NDArray value, boolean turned) {}

  private final Path path;
  private final Map<String, Entry> entries;

  private OnnxWeights(Path path, Map<String, Entry> entries) {
    this.path = path;
    this.entries = entries;
  }

  /**
   * Opens a file.
   *
   * @param path an ONNX file; data that it keeps in other files is read too
   * @return its initializers
   * @throws org.keras4j.core.io.FileFormatException if it is no ONNX file
   * @throws IOException if it cannot be read
   */
  public static OnnxWeights open(Path path) throws IOException {
    OnnxGraph graph = ModelReader.read(path).graph();
    Map<String, String> kernels = kernels(graph);
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (OnnxTensor t : graph.initializers()) {
      String name = kernels.get(t.name());
      entries.put(name == null ? t.name() : name, new Entry(t.value(), name != null));
    }
    return new OnnxWeights(path, entries);
  }

  // the names of kernels by those that they have in the file
  private static Map<String, String> kernels(OnnxGraph graph) {
    Set<String> weights = new HashSet<>();
    graph.initializers().forEach(t -> weights.add(t.name()));
    Map<String, String> products = new HashMap<>();
    Map<String, String> out = new HashMap<>();
    for (OnnxNode n : graph.nodes()) {
      List<String> in = n.inputs();
      if (n.type().equals("MatMul") && weights.contains(in.get(1))) {
        products.put(n.outputs().get(0), in.get(1));
      } else if (n.type().equals("Add")) {
        for (int i = 0; i < 2; i++) {
          String bias = in.get(i);
          String kernel = products.get(in.get(1 - i));
          String name = bias.endsWith(BIAS)
              ? bias.substring(0, bias.length() - BIAS.length()) + ".weight"
              : "";
          if (kernel != null
              && !name.isEmpty()
              && weights.contains(bias)
              && !weights.contains(name)) {
            out.put(kernel, name);
          }
        }
      }
    }
    return out;
  }

  private Entry entry(String name) {
    Entry e = entries.get(name);
    if (e == null) {
      throw UnknownNames.in(path.toString(), name, entries.keySet());
    }
    return e;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  @Override
  public Shape shape(String name) {
    Entry e = entry(name);
    Shape s = e.value.shape();
    return e.turned ? Shape.of(s.dim(1), s.dim(0)) : s;
  }

  @Override
  public DType dtype(String name) {
    return entry(name).value.dtype();
  }

  @Override
  public NDArray read(String name) {
    Entry e = entry(name);
    if (!e.turned) {
      return e.value;
    }
    try (TensorScope scope = new TensorScope()) {
      return Ops.transpose(Ops.convertToTensor(e.value)).toNDArray();
    }
  }

  @Override
  public void close() {
    // the arrays lie in memory that the collector frees
  }
}
