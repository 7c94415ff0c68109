package org.keras4j.backend.xla.export;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
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
  private static final int MOST_TRIED = 5;
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
   * The function for inputs of any sizes. All first axes are one size, the batch; the others are as many different ones as it takes,
   * those that have to be the same being of the same axis.
   *
   * @throws OpenModule.NotOpen if it has no such form
   */
  static OpenFunction of(ServingFunction f) throws OpenModule.NotOpen {
    Graph g = f.graph(f.inputs());
    OpenModule.NotOpen failure = null;
    for (Map<Place, Integer> sizes : groupings(f.inputs())) {
      for (int[] range : RANGES) {
        try {
          return of(f, g, sizes, range);
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

  /** An open size of an input. */
  private record Place(int input, int axis) {}

  /** Which open sizes may be the same, as numbers of sizes: from all different ones to one for each axis. */
  private static List<Map<Place, Integer>> groupings(List<TensorSpec> inputs) {
    List<Place> first = new ArrayList<>();
    List<Place> others = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Shape s = inputs.get(i).shape();
      for (int axis = 0; axis < s.rank(); axis++) {
        if (s.dim(axis) < 0) {
          (axis == 0 ? first : others).add(new Place(i, axis));
        }
      }
    }
    List<int[]> found = new ArrayList<>();
    if (others.size() <= MOST_TRIED) {
      partitions(others, new int[others.size()], 0, found);
      found.sort(Comparator.comparingInt(p -> -Arrays.stream(p).max().orElse(0)));
    } else {
      found.add(IntStream.range(0, others.size()).toArray());
      List<Integer> axes = others.stream().map(Place::axis).distinct().toList();
      found.add(others.stream().mapToInt(p -> axes.indexOf(p.axis)).toArray());
    }
    int batch = first.isEmpty() ? 0 : 1;
    List<Map<Place, Integer>> out = new ArrayList<>();
    for (int[] p : found) {
      Map<Place, Integer> sizes = new LinkedHashMap<>();
      first.forEach(f -> sizes.put(f, 0));
      for (int i = 0; i < p.length; i++) {
        sizes.put(others.get(i), p[i] + batch);
      }
      out.add(sizes);
    }
    return out;
  }

  // each in its first place: numbers that come up for the first time are one more than the largest
  private static void partitions(List<Place> all, int[] sizes, int at, List<int[]> into) {
    if (at == all.size()) {
      into.add(sizes.clone());
      return;
    }
    int next = Arrays.stream(sizes, 0, at).max().orElse(-1) + 1;
    for (int k = 0; k <= next; k++) {
      int size = k;
      boolean fits = IntStream.range(0, at)
          .allMatch(i -> sizes[i] != size || all.get(i).axis == all.get(at).axis);
      if (fits) {
        sizes[at] = k;
        partitions(all, sizes, at + 1, into);
      }
    }
  }

  private static OpenFunction of(
      ServingFunction f, Graph g, Map<Place, Integer> places, int... range)
      throws OpenModule.NotOpen {
    List<OpenModule.OpenSize> open = new ArrayList<>();
    places.forEach((place, size) -> {
      if (size == open.size()) {
        String name = place.axis == 0 ? "b" : "n" + size;
        open.add(new OpenModule.OpenSize(name, place.input, place.axis));
      }
    });
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
            int place = Objects.requireNonNull(places.get(new Place(i, axis)));
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
        Integer place = places.get(new Place(i, axis));
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
