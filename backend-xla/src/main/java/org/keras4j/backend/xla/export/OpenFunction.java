package org.keras4j.backend.xla.export;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.keras4j.backend.xla.dynamic.DynamicGraph;
import org.keras4j.backend.xla.emit.EmitOptions;
import org.keras4j.backend.xla.emit.GraphEmitter;
import org.keras4j.backend.xla.emit.HostOnly;
import org.keras4j.backend.xla.emit.Module;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.ServingFunction;

/**
 * A function as a module.
 *
 * @param open the sizes that are open
 * @param inputs what the inputs are, {@code float32(b, 3)}, without the weights
 * @param outputs what it gives
 * @param constants what it takes behind inputs and weights
 * @param text the module
 */
record OpenFunction(
    List<OpenModule.OpenSize> open,
    List<String> inputs,
    List<String> outputs,
    List<NDArray> constants,
    String text) {
  // so many that no two formulas that are looked for agree by chance
  private static final int BINDINGS = 24;
  private static final int BATCHES = 6;
  private static final int[][] RANGES = {{67, 400}, {33, 64}, {13, 32}};

  /** The function for inputs of known shapes. */
  static OpenFunction of(ServingFunction f, List<TensorSpec> inputs) {
    Graph g = f.graph(inputs);
    Module m = emitted(f, g, EmitOptions.DEFAULT);
    return new OpenFunction(
        List.of(),
        inputs.stream().map(TensorSpec::toString).toList(),
        g.outputSpecs().stream().map(TensorSpec::toString).toList(),
        m.constants(),
        m.text());
  }

  private static Module emitted(ServingFunction f, Graph g, EmitOptions options) {
    try {
      return GraphEmitter.emit(g, options, Map.of());
    } catch (HostOnly e) {
      throw StableHloFormat.refused(f, e);
    }
  }

  /** Whether nothing but first axes is open. */
  static boolean isBatchAlone(List<TensorSpec> specs) {
    return specs.stream().allMatch(s -> s.rank() == 0 || s.shape().slice(1).isKnown());
  }

  /**
   * The function for inputs of any sizes. All first axes are one size, the batch; the others are different ones, or one for each axis
   * if it takes no others.
   *
   * @throws OpenModule.NotOpen if it has no such form
   */
  static OpenFunction of(ServingFunction f) throws OpenModule.NotOpen {
    Graph g = f.graph(f.inputs());
    OpenModule.NotOpen failure = null;
    for (boolean shared : new boolean[] {false, true}) {
      for (int[] range : RANGES) {
        try {
          return of(f, g, shared, range);
        } catch (OpenModule.NotOpen e) {
          failure = failure == null ? e : failure;
        } catch (IllegalArgumentException e) {
          // such sizes do not fit, as a text that is longer than there are positions
          failure =
              failure == null ? new OpenModule.NotOpen(String.valueOf(e.getMessage())) : failure;
        }
      }
    }
    throw failure == null ? new OpenModule.NotOpen("no size is open") : failure;
  }

  private static OpenFunction of(ServingFunction f, Graph g, boolean shared, int... range)
      throws OpenModule.NotOpen {
    List<OpenModule.OpenSize> open = new ArrayList<>();
    Map<List<Integer>, Integer> places = new HashMap<>();
    Map<Integer, Integer> byAxis = new HashMap<>();
    for (int i = 0; i < f.inputs().size(); i++) {
      Shape s = f.inputs().get(i).shape();
      for (int axis = 0; axis < s.rank(); axis++) {
        if (s.dim(axis) >= 0) {
          continue;
        }
        Integer known = axis == 0 || shared ? byAxis.get(axis) : null;
        if (known == null) {
          known = open.size();
          byAxis.put(axis, known);
          open.add(new OpenModule.OpenSize(axis == 0 ? "b" : "n" + known, i, axis));
        }
        places.put(List.of(i, axis), known);
      }
    }
    Backend backend = Keras.backend("xla");
    Random random = new Random(range[0]);
    long[][] bindings = new long[isBatchAlone(f.inputs()) ? BATCHES : BINDINGS][open.size()];
    List<Module> modules = new ArrayList<>();
    List<List<TensorSpec>> results = new ArrayList<>();
    for (long[] sizes : bindings) {
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = random.nextInt(range[0], range[1]);
      }
      List<TensorSpec> specs = new ArrayList<>();
      for (int i = 0; i < g.inputs().size(); i++) {
        TensorSpec s = g.inputs().get(i).spec();
        Shape shape = s.shape();
        for (int axis = 0; axis < shape.rank(); axis++) {
          if (shape.dim(axis) < 0) {
            int place = Objects.requireNonNull(places.get(List.of(i, axis)));
            shape = shape.with(axis, sizes[place]);
          }
        }
        specs.add(s.withShape(shape));
      }
      Graph known = DynamicGraph.known(backend, g, specs);
      modules.add(emitted(f, known, EmitOptions.UNIFORM));
      results.add(known.outputSpecs());
    }
    OpenModule.Result made = OpenModule.of(open, bindings, modules);
    List<String> inputs = new ArrayList<>();
    for (int i = 0; i < f.inputs().size(); i++) {
      TensorSpec s = f.inputs().get(i);
      List<String> dims = new ArrayList<>();
      for (int axis = 0; axis < s.rank(); axis++) {
        Integer place = places.get(List.of(i, axis));
        dims.add(place == null ? Long.toString(s.dim(axis)) : open.get(place).name());
      }
      inputs.add(text(s, dims));
    }
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < made.results().size(); i++) {
      outputs.add(text(results.get(0).get(i), made.results().get(i)));
    }
    return new OpenFunction(open, inputs, outputs, modules.get(0).constants(), made.text());
  }

  private static String text(TensorSpec s, List<String> dims) {
    return s.dtype() + "(" + String.join(", ", dims) + (dims.size() == 1 ? ",)" : ")");
  }
}
