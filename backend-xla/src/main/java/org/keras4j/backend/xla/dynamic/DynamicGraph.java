package org.keras4j.backend.xla.dynamic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;

/**
 * A graph whose inputs have unknown dimensions: a program for each set of shapes it is run with, and for each
 * set of values of those inputs that sizes depend on. The last few dozen are kept.
 */
public final class DynamicGraph implements Executable {
  private static final int CAPACITY = 64;

  private final Backend backend;
  private final Graph graph;
  private final CompileOptions options;
  private final Map<Key, Executable> programs = new LinkedHashMap<>(16, 0.75f, true);
  // inputs whose values tell sizes; found while specializing
  private final SortedSet<Integer> telling = new TreeSet<>();
  private boolean closed;

  /** An executable of a graph; its programs are made when it is run. */
  public DynamicGraph(Backend backend, Graph graph, CompileOptions options) {
    this.backend = backend;
    this.graph = graph;
    this.options = options;
  }

  /**
   * The graph for inputs of known shapes.
   *
   * @param backend works out sizes
   * @throws IllegalArgumentException if the inputs do not fit, or a size depends on more than shapes
   */
  public static Graph known(Backend backend, Graph graph, List<TensorSpec> specs) {
    return Specializer.run(backend, graph, specs, i -> null);
  }

  private record Key(List<TensorSpec> specs, List<NDArray> values) {}

  @Override
  public List<BackendTensor> run(List<BackendTensor> inputs) {
    List<TensorSpec> want = graph.inputSpecs();
    if (inputs.size() != want.size()) {
      throw new IllegalArgumentException(
          "Got " + inputs.size() + " inputs, expected " + want.size());
    }
    List<TensorSpec> specs = new ArrayList<>();
    for (int i = 0; i < want.size(); i++) {
      TensorSpec got = inputs.get(i).spec();
      if (got.dtype() != want.get(i).dtype()
          || !got.shape().isCompatible(want.get(i).shape())) {
        throw new IllegalArgumentException(
            "Input " + i + " is " + got + ", expected " + want.get(i));
      }
      specs.add(got);
    }
    return program(specs, inputs).run(inputs);
  }

  private synchronized Executable program(List<TensorSpec> specs, List<BackendTensor> inputs) {
    if (closed) {
      throw new IllegalStateException("The program is closed");
    }
    Executable known = programs.get(key(specs, inputs));
    if (known != null) {
      return known;
    }
    int before = telling.size();
    Graph g = Specializer.run(backend, graph, specs, i -> {
      telling.add(i);
      return inputs.get(i).toHost();
    });
    Executable made = backend.compile(g, new CompileOptions(donated(g), false, options.device()));
    if (telling.size() > before) {
      programs.clear(); // what was made before did not ask for enough
    }
    programs.put(key(specs, inputs), made);
    if (programs.size() > CAPACITY) {
      // another thread may be about to run it, so it is left to the collector
      programs.remove(programs.keySet().iterator().next());
    }
    return made;
  }

  private Key key(List<TensorSpec> specs, List<BackendTensor> inputs) {
    List<NDArray> values = new ArrayList<>();
    telling.forEach(i -> values.add(inputs.get(i).toHost()));
    return new Key(specs, values);
  }

  // with the sizes known, input and output may turn out to differ
  private Map<Integer, Integer> donated(Graph g) {
    Map<Integer, Integer> out = new HashMap<>();
    options.donated().forEach((i, o) -> {
      if (g.inputs().get(i).spec().equals(g.outputs().get(o).spec())) {
        out.put(i, o);
      }
    });
    return out;
  }

  @Override
  public synchronized void close() {
    closed = true;
    programs.values().forEach(Executable::close);
    programs.clear();
  }
}
