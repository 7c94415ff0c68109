package org.keras4j.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Variable;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.sharding.Mesh;
import org.keras4j.core.sharding.Sharding;
import org.keras4j.core.spi.StepFunction;
import org.keras4j.distribution.Distribution;
import org.keras4j.ops.compile.Lowered;
import org.keras4j.ops.internal.engine.Traced;
import org.keras4j.ops.internal.partition.StepLayout;
import org.keras4j.training.data.Batch;

/**
 * A step of a model as one function, of a batch and of all state, with names and, for several devices, layouts of what goes in and
 * comes out.
 */
final class StepProgram {
  private StepProgram() {}

  enum Step {
    TRAIN,
    EVALUATE,
    PREDICT
  }

  static StepFunction function(Step step, Trainer model, Batch batch) {
    StepLayout layout = StepLayout.of(Distribution.distribution(), batch.size());
    Mesh mesh = layout == null ? null : layout.mesh();
    Lowered program = model.steps().lowered(step, batch, mesh);
    List<Integer> order = order(program);
    Names names = new Names();
    List<String> parts = parts(batch);
    List<StepFunction.Input> inputs = new ArrayList<>();
    List<@Nullable Variable> variables = new ArrayList<>();
    for (int i : order) {
      Lowered.Input in = program.inputs().get(i);
      Variable v = in.variable();
      Shape shape = in.value().shape();
      String name = switch (in.kind()) {
        case ARGUMENT -> parts.get(in.place());
        case MADE -> "made";
        case VARIABLE -> v == null ? "" : v.path();
        case CONSTANT -> "constant";
      };
      boolean state = in.kind() == Lowered.Kind.VARIABLE || in.kind() == Lowered.Kind.CONSTANT;
      Sharding s = layout == null
          ? null
          : v != null ? layout.variable(v) : state ? layout.whole(shape) : layout.data(shape);
      inputs.add(new StepFunction.Input(names.unique(name), state, in.value(), s));
      variables.add(v);
    }
    Graph g = Traced.arranged(
        program.graph(),
        order,
        IntStream.range(0, program.graph().outputs().size()).boxed().toList());
    return new StepFunction(
        model.name(), g, inputs, outputs(program, g, model, inputs, variables, layout), mesh);
  }

  // the batch first, then what is kept
  private static List<Integer> order(Lowered program) {
    List<Integer> out = new ArrayList<>();
    for (Lowered.Kind kind : Lowered.Kind.values()) {
      for (int i = 0; i < program.inputs().size(); i++) {
        if (program.inputs().get(i).kind() == kind) {
          out.add(i);
        }
      }
    }
    return out;
  }

  private static List<StepFunction.Output> outputs(
      Lowered program,
      Graph g,
      Trainer model,
      List<StepFunction.Input> inputs,
      List<@Nullable Variable> variables,
      @Nullable StepLayout layout) {
    int results = g.outputs().size() - program.assigned().size();
    String[] named = new String[results];
    Arrays.fill(named, "");
    name(program.structure(), "", named);
    List<String> own = model.outputNames();
    List<StepFunction.Output> out = new ArrayList<>();
    for (int i = 0; i < results; i++) {
      boolean log = program.structure() instanceof Map;
      String name = log || own.size() != results ? named[i] : own.get(i);
      Sharding s = layout == null ? null : layout.data(g.outputs().get(i).spec().shape());
      out.add(new StepFunction.Output(name.isEmpty() ? "output" : name, -1, s));
    }
    for (Variable v : program.assigned()) {
      int next = variables.indexOf(v);
      out.add(new StepFunction.Output(
          inputs.get(next).name(), next, inputs.get(next).sharding()));
    }
    return out;
  }

  private static void name(@Nullable Object structure, String path, String[] named) {
    String before = path.isEmpty() ? "" : path + "/";
    if (structure instanceof Lowered.Result r) {
      named[r.place()] = path;
    } else if (structure instanceof Map<?, ?> m) {
      m.forEach((k, v) -> name(v, before + k, named));
    } else if (structure instanceof List<?> l) {
      for (int i = 0; i < l.size(); i++) {
        name(l.get(i), before + i, named);
      }
    }
  }

  /** The names of a batch's arrays, in their order. */
  private static List<String> parts(Batch b) {
    List<String> out = new ArrayList<>();
    List<@Nullable Object> all = Arrays.asList(b.x(), b.y(), b.sampleWeight());
    List<String> names = List.of("x", "y", "sample_weight");
    for (int i = 0; i < all.size(); i++) {
      for (Object leaf : Nest.flatten(all.get(i))) {
        if (leaf instanceof NDArray) {
          out.add(names.get(i));
        }
      }
    }
    return out;
  }

  /** Makes names differ. */
  private static final class Names {
    private final Set<String> used = new HashSet<>();

    String unique(String name) {
      String n = name;
      for (int i = 1; !used.add(n); i++) {
        n = name + "_" + i;
      }
      return n;
    }
  }
}
