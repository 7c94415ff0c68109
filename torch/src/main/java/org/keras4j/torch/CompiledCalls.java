package org.keras4j.torch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.keras4j.backend.pytorch.PyTorch;
import org.keras4j.backend.pytorch.TorchFunction;
import org.keras4j.core.Nest;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.spi.Backend;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.ops.internal.engine.Trace;
import org.keras4j.ops.internal.passes.Passes;

/** The calls of a layer as functions of libtorch, one for each shape of the inputs and phase. */
final class CompiledCalls implements AutoCloseable {
  private static final int KEPT = 32;

  private record Key(boolean training, List<TensorSpec> inputs) {}

  /**
   * A call.
   *
   * @param reads the variables that the function takes, after the inputs
   * @param captures what else it takes
   * @param outputs how many results are the layer's
   * @param losses how many follow that are to be minimized too
   * @param assigns the variables whose new values come last
   */
  private record Compiled(
      TorchFunction function,
      List<Variable> reads,
      List<org.keras4j.core.Tensor> captures,
      int outputs,
      int losses,
      List<Variable> assigns) {}

  private final Layer layer;
  private final SharedWeights weights;
  private final Map<Key, Compiled> functions = new LinkedHashMap<>(16, 0.75f, true);

  CompiledCalls(Layer layer, SharedWeights weights) {
    this.layer = layer;
    this.weights = weights;
  }

  TorchModule.Result call(List<Tensor> inputs, boolean training) {
    Key key = new Key(training, inputs.stream().map(PyTorch::specOf).toList());
    Compiled c = functions.get(key);
    if (c == null) {
      c = compile(key);
      functions.put(key, c);
      if (functions.size() > KEPT) {
        Key oldest = functions.keySet().iterator().next();
        Objects.requireNonNull(functions.remove(oldest)).function.close();
      }
    }
    List<Tensor> arguments = new ArrayList<>(inputs);
    List<Tensor> mine = new ArrayList<>();
    for (Variable v : c.reads) {
      arguments.add(weights.has(v) ? weights.tensor(v) : opened(v.eager(), mine));
    }
    c.captures.forEach(t -> arguments.add(opened(t, mine)));
    List<Tensor> all = c.function.run(arguments);
    mine.forEach(Tensor::close);
    int states = c.outputs + c.losses;
    for (int i = 0; i < c.assigns.size(); i++) {
      Variable v = c.assigns.get(i);
      try (Tensor now = all.get(states + i)) {
        if (weights.has(v)) {
          SharedWeights.copy(now, weights.tensor(v));
        } else {
          v.store(PyTorch.fromTorch(now.detach()));
        }
      }
    }
    return new TorchModule.Result(
        List.copyOf(all.subList(0, c.outputs)), List.copyOf(all.subList(c.outputs, states)));
  }

  private static Tensor opened(org.keras4j.core.Tensor t, List<Tensor> mine) {
    Tensor out = PyTorch.toTorch(t);
    mine.add(out);
    return out;
  }

  private Compiled compile(Key key) {
    Backend backend = PyTorch.backend();
    try (Trace t = Trace.root(backend)) {
      List<org.keras4j.core.Tensor> in = t.inputs(key.inputs);
      Object result =
          layer.invokeNested(in.size() == 1 ? in.get(0) : in, CallArgs.training(key.training));
      List<org.keras4j.core.Tensor> outputs = new ArrayList<>(Nest.tensors(result));
      int first = outputs.size();
      List<org.keras4j.core.Tensor> losses = layer.losses();
      outputs.addAll(losses);
      List<Variable> assigns = new ArrayList<>(t.assigned().keySet());
      assigns.forEach(v -> outputs.add(Objects.requireNonNull(t.assigned().get(v))));
      Graph g = t.graph(outputs);
      int[] places = new int[g.inputs().size()];
      int next = 0;
      for (org.keras4j.core.Tensor x : in) {
        places[t.value(x).index()] = next++;
      }
      for (Value v : t.variableInputs()) {
        places[v.index()] = next++;
      }
      for (Value v : t.captureInputs()) {
        places[v.index()] = next++;
      }
      Graph ordered = Passes.run(ordered(g, places), backend);
      return new Compiled(
          TorchFunction.of(ordered),
          t.variables(),
          List.copyOf(t.captures()),
          first,
          losses.size(),
          assigns);
    }
  }

  /** The graph with each input at another place. */
  private static Graph ordered(Graph g, int[] places) {
    TensorSpec[] specs = new TensorSpec[places.length];
    for (int i = 0; i < places.length; i++) {
      specs[places[i]] = g.inputs().get(i).spec();
    }
    GraphBuilder b = new GraphBuilder();
    List<Value> inputs = new ArrayList<>();
    for (TensorSpec s : specs) {
      inputs.add(b.input(s));
    }
    List<Value> arguments = new ArrayList<>();
    for (int place : places) {
      arguments.add(inputs.get(place));
    }
    return b.build(b.inline(g, arguments));
  }

  @Override
  public void close() {
    functions.values().forEach(c -> c.function.close());
    functions.clear();
  }
}
