package org.keras4j.onnx.internal.lowering;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.onnx.internal.file.OnnxAttribute;
import org.keras4j.onnx.internal.file.OnnxNode;
import org.keras4j.onnx.internal.file.OnnxTensor;

/**
 * Products of integers of eight bits as products of floats between pairs of {@code QuantizeLinear} and {@code DequantizeLinear} (QDQ), the form
 * that runtimes for other processors look for. Scales of a weight's columns go into its {@code DequantizeLinear}. Activations are quantized with a
 * scale for each row, which no pair can hold: they are multiplied by it before, so that the pair's own scale is 1.
 */
final class QuantizedPairs {
  private static final long FLOAT = 1;
  private static final long INT32 = 6;
  // between rounding and the integer: limits, the way around NaN, casts
  private static final Set<String> LIMITS = Set.of("Cast", "Where", "Max", "Min");
  private static final int MOST_LIMITS = 10;

  private final Program program;
  private final Map<String, NDArray> weights = new HashMap<>();
  private final Map<String, OnnxNode> makers = new HashMap<>();
  private final Map<String, List<OnnxNode>> users = new HashMap<>();
  private final Set<String> results;

  private QuantizedPairs(
      Program program, List<OnnxNode> nodes, List<OnnxTensor> weights, Set<String> results) {
    this.program = program;
    this.results = results;
    weights.forEach(w -> this.weights.put(w.name(), w.value()));
    for (OnnxNode n : nodes) {
      n.outputs().forEach(o -> makers.put(o, n));
      n.inputs().forEach(i -> users.computeIfAbsent(i, k -> new ArrayList<>()).add(n));
    }
  }

  /**
   * The same nodes with their integer products in that form; what nothing needs any more is still there.
   *
   * @param weights the initializers
   * @param results names of the graph's results
   */
  static List<OnnxNode> of(
      Program program, List<OnnxNode> nodes, List<OnnxTensor> weights, Set<String> results) {
    QuantizedPairs pairs = new QuantizedPairs(program, nodes, weights, results);
    List<OnnxNode> out = new ArrayList<>();
    // by what they are replaced: by nothing or another one
    Map<OnnxNode, List<OnnxNode>> replaced = new IdentityHashMap<>();
    for (OnnxNode n : nodes) {
      if (n.type().equals("MatMulInteger") && n.inputs().size() == 2) {
        pairs.product(n, out, replaced);
      } else {
        out.addAll(replaced.getOrDefault(n, List.of(n)));
      }
    }
    return out;
  }

  private void product(OnnxNode n, List<OnnxNode> out, Map<OnnxNode, List<OnnxNode>> replaced) {
    String one = literal(NDArray.of(new float[] {1}, 1).reshape());
    String rows = quantized(n.inputs().get(0), one, out);
    String weight = n.inputs().get(1);
    Scaled scaled = scaled(n, weight);
    if (scaled == null) {
      String columns = quantized(weight, one, out);
      String product = made(out, "MatMul", List.of(rows, columns), Map.of());
      out.add(node("Cast", List.of(product), n.outputs(), Map.of("to", new OnnxAttribute(INT32))));
      return;
    }
    String columns = made(
        out,
        "DequantizeLinear",
        List.of(weight, literal(scaled.steps), zero(weight, scaled.steps)),
        Map.of("axis", new OnnxAttribute(1L)));
    String product = made(out, "MatMul", List.of(rows, columns), Map.of());
    replaced.put(scaled.cast, List.of());
    OnnxNode division =
        node("Div", List.of(product, scaled.factor), scaled.division.outputs(), Map.of());
    replaced.put(scaled.division, List.of(division));
  }

  /**
   * A product whose columns are divided by a weight's scales.
   *
   * @param steps the reciprocals of the scales
   * @param factor what rows were multiplied by
   */
  private record Scaled(OnnxNode cast, OnnxNode division, NDArray steps, String factor) {}

  private @Nullable Scaled scaled(OnnxNode n, String weight) {
    NDArray w = weights.get(weight);
    OnnxNode cast = onlyUser(n.outputs().get(0), "Cast");
    if (w == null
        || w.rank() != 2
        || w.dtype() != DType.INT8
        || cast == null
        || !new OnnxAttribute(FLOAT).equals(cast.attributes().get("to"))) {
      return null;
    }
    OnnxNode division = onlyUser(cast.outputs().get(0), "Div");
    if (division == null || !division.inputs().get(0).equals(cast.outputs().get(0))) {
      return null;
    }
    OnnxNode scale = makers.get(division.inputs().get(1));
    if (scale == null || !scale.type().equals("Mul")) {
      return null;
    }
    for (int i = 0; i < 2; i++) {
      NDArray s = weights.get(scale.inputs().get(i));
      int columns = w.shape().intDim(1);
      // one for each column, whatever axes of size 1 are before
      if (s != null
          && s.rank() > 0
          && s.dtype() == DType.FLOAT32
          && s.size() == columns
          && s.shape().last() == columns) {
        NDArray steps = NDArray.zeros(DType.FLOAT32, Shape.of(columns));
        for (int k = 0; k < s.size(); k++) {
          steps.setDouble(k, 1 / s.getDouble(k));
        }
        return new Scaled(cast, division, steps, scale.inputs().get(1 - i));
      }
    }
    return null;
  }

  private @Nullable OnnxNode onlyUser(String name, String type) {
    List<OnnxNode> all = users.getOrDefault(name, List.of());
    boolean one =
        all.size() == 1 && !results.contains(name) && all.get(0).type().equals(type);
    return one ? all.get(0) : null;
  }

  /** Integers as floats: by a pair where they are rounded floats. */
  private String quantized(String integers, String one, List<OnnxNode> out) {
    String zero = zero(integers, null);
    String from = integers;
    OnnxNode maker = makers.get(from);
    for (int i = 0; i < MOST_LIMITS && maker != null; i++) {
      if (maker.type().equals("Round")) {
        from = made(out, "QuantizeLinear", List.of(maker.inputs().get(0), one, zero), Map.of());
        break;
      } else if (!LIMITS.contains(maker.type())) {
        break;
      }
      // the branch for what is a number
      int data = maker.type().equals("Where") ? 2 : 0;
      maker = makers.get(maker.inputs().get(data));
    }
    return made(out, "DequantizeLinear", List.of(from, one, zero), Map.of());
  }

  private String zero(String of, @Nullable NDArray like) {
    NDArray w = weights.get(of);
    DType dtype = w != null ? w.dtype() : DType.INT8;
    return literal(NDArray.zeros(dtype, like == null ? Shape.SCALAR : like.shape()));
  }

  private String literal(NDArray a) {
    return program.literal(a).name();
  }

  private String made(
      List<OnnxNode> out, String type, List<String> inputs, Map<String, OnnxAttribute> attributes) {
    String name = program.name(type.toLowerCase(Locale.ROOT));
    out.add(node(type, inputs, List.of(name), attributes));
    return name;
  }

  private static OnnxNode node(
      String type,
      List<String> inputs,
      List<String> outputs,
      Map<String, OnnxAttribute> attributes) {
    return new OnnxNode(outputs.get(0), "", type, inputs, outputs, attributes);
  }
}
