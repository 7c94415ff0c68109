package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.models.Sequential;
import org.keras4j.ops.compile.Jit;
import org.keras4j.training.data.Batch;

/** A training step gives the memory of all that it changes to the new values. */
class DonatedStateTest {
  /** The backend in use, which remembers what it was asked to compile. */
  private static final class Recording implements Backend {
    final Backend real = Keras.backend();
    final List<Graph> graphs = new ArrayList<>();
    final List<CompileOptions> options = new ArrayList<>();

    @Override
    public String name() {
      return "recording";
    }

    @Override
    public String version() {
      return real.version();
    }

    @Override
    public List<String> devices() {
      return real.devices();
    }

    @Override
    public boolean supports(DType dtype) {
      return real.supports(dtype);
    }

    @Override
    public BackendTensor fromHost(NDArray array, String device) {
      return real.fromHost(array, device);
    }

    @Override
    public List<BackendTensor> execute(
        Primitive p, List<BackendTensor> inputs, List<TensorSpec> outputs) {
      return real.execute(p, inputs, outputs);
    }

    @Override
    public Executable compile(Graph graph, CompileOptions asked) {
      graphs.add(graph);
      options.add(asked);
      return real.compile(graph, asked);
    }

    @Override
    public boolean claims(Composite composite, List<TensorSpec> inputs) {
      return real.claims(composite, inputs);
    }

    @Override
    public boolean compilesHostCalls() {
      return real.compilesHostCalls();
    }

    @Override
    public void synchronize() {
      real.synchronize();
    }
  }

  private static final class Net extends Sequential {
    Net() {
      super(
          new Input(3),
          new Dense(4).activation("relu"),
          new BatchNormalization(),
          new Dropout(0.5),
          new Dense(1));
    }

    Map<String, ?> step(Object x, Object y) {
      return trainStep(new Batch(x, y, null));
    }
  }

  @Test
  void everyVariableThatAStepChangesIsDonated() {
    Net model = new Net();
    model.compile("adam", "mse", "mae");
    Recording backend = new Recording();
    Jit step = Jit.updating(in -> model.step(((List<?>) in).get(0), ((List<?>) in).get(1)));
    NDArray ones = NDArray.zeros(DType.FLOAT32, Shape.of(2, 3));
    Map<Variable, EagerTensor> before = new IdentityHashMap<>();
    for (int i = 0; i < 3; i++) {
      before.clear();
      for (Variable v : state(model)) {
        before.put(v, v.eager());
      }
      step.call(List.of(
          new EagerTensor(backend, backend.fromHost(ones, backend.devices().get(0))),
          new EagerTensor(
              backend, backend.fromHost(ones.slice(0, 2), backend.devices().get(0)))));
    }
    Graph graph = backend.graphs.get(backend.graphs.size() - 1);
    Map<Integer, Integer> donated =
        backend.options.get(backend.options.size() - 1).donated();
    // what changed is what was donated: weights, statistics, slots, the step count, metrics, the
    // dropout's seed
    int changed = 0;
    for (Map.Entry<Variable, EagerTensor> e : before.entrySet()) {
      if (e.getKey().eager() != e.getValue()) {
        changed++;
        assertTrue(e.getValue().isClosed(), e.getKey().path() + " was replaced and not donated");
      }
    }
    assertTrue(changed >= 6 + 2 + 12 + 1 + 2, "changed: " + changed);
    assertEquals(changed, donated.size());
    Set<Integer> results = new HashSet<>();
    donated.forEach((in, out) -> {
      assertEquals(graph.inputs().get(in).spec(), graph.outputs().get(out).spec());
      results.add(out);
    });
    assertEquals(changed, results.size(), "each result takes memory of its own");
  }

  private static Set<Variable> state(Net model) {
    Set<Variable> out = Collections.newSetFromMap(new IdentityHashMap<>());
    out.addAll(model.variables());
    out.addAll(model.optimizer().variables());
    model.metrics().forEach(m -> out.addAll(m.variables()));
    return out;
  }
}
