package org.keras4j.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.WeightOptions;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.onnx.internal.file.ModelReader;
import org.keras4j.onnx.internal.file.OnnxFunction;
import org.keras4j.onnx.internal.file.OnnxModel;
import org.keras4j.onnx.internal.file.OnnxNode;
import org.keras4j.onnx.internal.file.OnnxTensor;
import org.keras4j.onnx.internal.file.OnnxValue;
import org.keras4j.onnx.internal.operators.GraphRun;
import org.keras4j.onnx.internal.operators.Operand;
import org.keras4j.onnx.internal.operators.Unsupported;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Trace;

/**
 * The graph of an ONNX file as a layer, run by the backend in use: eagerly, compiled, and differentiated.
 *
 * <p>Weights: the file's initializers of float dtypes that have at least one axis, under their names (with dots for slashes); those that batch
 * normalization keeps are not trainable. What else the file brings are literals. The layer computes as in inference, whatever
 * the phase: dropout drops nothing.
 *
 * <p>Input: one tensor, a list in the order of {@link #inputNames()}, or a map by these names. Output: one tensor, or a list in
 * the order of {@link #outputNames()}.
 */
public final class OnnxLayer extends FluentLayer<OnnxLayer> {
  private final Path file;
  private final OnnxModel onnx;
  private final List<OnnxValue> inputs = new ArrayList<>();
  private final Map<String, NDArray> initial = new LinkedHashMap<>();
  private final Map<String, NDArray> literals = new HashMap<>();
  private final Set<String> fixed = new HashSet<>();
  private final Map<String, Variable> variables = new LinkedHashMap<>();
  private final Map<String, NDArray> known;

  /**
   * The graph of a file.
   *
   * @param file an ONNX file; its external data lie beside it
   * @throws IllegalArgumentException if it is none, or cannot be read
   */
  public OnnxLayer(Path file) {
    this.file = file;
    autocast(false); // the file says in which types it computes
    try {
      this.onnx = ModelReader.read(file);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "ONNX file " + file + " cannot be read: " + Failures.reason(e), e);
    }
    Set<String> given = new HashSet<>();
    for (OnnxTensor t : onnx.graph().initializers()) {
      given.add(t.name());
      boolean weight = t.value().dtype().isFloat() && t.value().rank() > 0;
      (weight ? initial : literals).put(t.name(), t.value());
    }
    for (OnnxNode n : onnx.graph().nodes()) {
      sort(n);
    }
    for (OnnxValue v : onnx.graph().inputs()) {
      if (!given.contains(v.name())) {
        inputs.add(v);
      }
    }
    known = GraphRun.folded(onnx.graph().nodes(), literals, opset());
  }

  // what an operator has to know is no weight: its inputs from one on
  private static int firstKnown(String type) {
    return switch (type) {
      case "Range", "MelWeightMatrix" -> 0;
      case "Resize", "Upsample", "Pad", "Dropout" -> 1;
      case "NonMaxSuppression" -> 2;
      default -> Integer.MAX_VALUE;
    };
  }

  private void sort(OnnxNode n) {
    int known = firstKnown(n.type());
    for (int i = 0; i < n.inputs().size(); i++) {
      String name = n.inputs().get(i);
      if (i >= known && initial.containsKey(name)) {
        literals.put(name, initial.remove(name));
      }
      if (n.type().equals("BatchNormalization") && i > 2) {
        fixed.add(name);
      }
    }
  }

  /**
   * The graph of a file as a model with an input for each of the graph's, the first axis of which is the batch.
   *
   * @throws IllegalArgumentException if it is no ONNX file, or has operators that are not known, naming the first
   */
  public static Functional model(Path file) {
    OnnxLayer layer = new OnnxLayer(file);
    List<Tensor> in = new ArrayList<>();
    for (OnnxValue v : layer.inputs) {
      Shape s = v.shape();
      if (s == null || s.rank() == 0) {
        throw new IllegalArgumentException(
            "ONNX file " + file + ": input '" + v.name() + "' has no batch axis; use the layer");
      }
      Input input = new Input(s.slice(1).toArray()).name(v.name());
      in.add((v.dtype() == null ? input : input.dtype(v.dtype())).output());
    }
    Object out = layer.invokeNested(
        in.size() == 1 ? in.get(0) : in, org.keras4j.layers.CallArgs.training(false));
    return (Functional) Model.of(in.size() == 1 ? in.get(0) : in, out);
  }

  /** The names of the graph's inputs. */
  public List<String> inputNames() {
    return inputs.stream().map(OnnxValue::name).toList();
  }

  /** The names of the graph's outputs. */
  public List<String> outputNames() {
    return onnx.graph().outputs().stream().map(OnnxValue::name).toList();
  }

  private Map<String, OnnxFunction> functions() {
    Map<String, OnnxFunction> out = new HashMap<>();
    onnx.functions().forEach(f -> out.put(GraphRun.key(f.domain(), f.name()), f));
    return out;
  }

  private long opset() {
    return onnx.opsets().getOrDefault("", 1L);
  }

  @Override
  protected void build(Shape inputShape) {
    makeWeights();
  }

  @Override
  protected void build(List<Shape> inputShapes) {
    makeWeights();
  }

  @Override
  protected void build(Map<String, Object> shapes) {
    makeWeights();
  }

  @Override
  protected void buildNested(Object inputShapes) {
    makeWeights();
  }

  private void makeWeights() {
    initial.forEach((name, value) -> {
      WeightOptions options = WeightOptions.initializer(
              Objects.requireNonNull(Initializer.get(value)))
          .dtype(value.dtype())
          .autocast(false)
          .trainable(!fixed.contains(name));
      // a path has no further parts
      Variable v = addWeight(name.replace('/', '.'), value.shape(), options);
      variables.put(name, v);
    });
  }

  @Override
  protected Object call(@Nullable Object given, CallContext context) {
    List<Tensor> in = ordered(given);
    Map<String, Tensor> weights = new LinkedHashMap<>();
    variables.forEach((name, v) -> weights.put(name, Ops.convertToTensor(v)));
    boolean computed = Trace.current() == null
        && in.stream().allMatch(EagerTensor.class::isInstance)
        && weights.values().stream().allMatch(EagerTensor.class::isInstance);
    GraphRun run = new GraphRun(opset(), functions(), computed);
    known.forEach((name, a) -> run.put(name, Operand.of(a)));
    weights.forEach((name, w) -> run.put(name, Operand.of(w)));
    for (int i = 0; i < in.size(); i++) {
      DType t = inputs.get(i).dtype();
      Tensor x = in.get(i);
      Operand o = Operand.of(t == null ? x : Prims.convert(x, Operand.carrier(t)));
      run.put(inputs.get(i).name(), t == null ? o : o.as(t));
    }
    List<OnnxNode> nodes = new ArrayList<>();
    for (OnnxNode n : onnx.graph().nodes()) {
      if (!n.outputs().stream().allMatch(o -> o.isEmpty() || known.containsKey(o))) {
        nodes.add(n);
      }
    }
    try {
      run.run(nodes);
      List<Tensor> out = new ArrayList<>();
      for (OnnxValue v : onnx.graph().outputs()) {
        out.add(run.get(v.name()).tensor());
      }
      return out.size() == 1 ? out.get(0) : out;
    } catch (Unsupported e) {
      throw new IllegalArgumentException(label() + ": " + e.getMessage());
    }
  }

  private List<Tensor> ordered(@Nullable Object given) {
    List<Tensor> in = new ArrayList<>();
    if (given instanceof Map<?, ?> map) {
      for (OnnxValue v : inputs) {
        if (!(map.get(v.name()) instanceof Tensor t)) {
          throw new IllegalArgumentException(
              label() + ": expected inputs " + inputNames() + ", got " + map.keySet());
        }
        in.add(t);
      }
    } else {
      in.addAll(Nest.tensors(given));
    }
    if (in.size() != inputs.size()) {
      throw new IllegalArgumentException(label() + ": expected " + inputs.size() + " inputs "
          + inputNames() + ", got " + in.size());
    }
    return in;
  }

  @Override
  public Map<String, Object> getConfig() {
    throw new IllegalStateException(label() + ": runs the graph of " + file
        + ", which is not saved with a model; save its weights, or export it");
  }
}
