package org.keras4j.ops.compile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Variable;
import org.keras4j.core.graph.Graph;
import org.keras4j.ops.compile.Program.Source;
import org.keras4j.ops.internal.engine.HostRun;

/**
 * A function traced for arguments, as a graph; see {@link Jit#lowered}.
 *
 * @param graph takes the inputs, and gives the results, then the new values of the variables
 * @param inputs what its inputs are
 * @param structure of the results: their places, as {@link Result}, in place of tensors
 * @param assigned the variables that it changes
 */
public record Lowered(
    Graph graph, List<Input> inputs, @Nullable Object structure, List<Variable> assigned) {

  /** What an input of the graph is. */
  public enum Kind {
    /** An array among the arguments. */
    ARGUMENT,
    /** What Java code made of such. */
    MADE,
    /** A variable. */
    VARIABLE,
    /** A tensor that the function had from elsewhere. */
    CONSTANT
  }

  /**
   * An input.
   *
   * @param place among those of its kind; of arguments among all arrays in them
   * @param variable only of a variable
   */
  public record Input(Kind kind, int place, @Nullable Variable variable, NDArray value) {}

  /** Stands for a result. */
  public record Result(int place) {}

  static Lowered of(Program p, Arguments a, HostRun run) {
    List<Input> inputs = new ArrayList<>();
    for (Source s : p.sources()) {
      int i = s.place();
      inputs.add(
          switch (s.kind()) {
            case TENSOR -> new Input(Kind.CONSTANT, i, null, a.tensors().get(i).toNDArray());
            case ARRAY -> new Input(Kind.ARGUMENT, i, null, a.arrays().get(i));
            case HOST -> new Input(Kind.MADE, i, null, p.host.get(i).in(run));
            case VARIABLE -> {
              Variable v = p.variables.get(i);
              yield new Input(Kind.VARIABLE, i, v, v.eager().toNDArray());
            }
            case CAPTURE -> new Input(Kind.CONSTANT, i, null, p.captures.get(i).toNDArray());
            case STATE -> throw new IllegalStateException("A function of state has no such graph");
          });
    }
    Object structure =
        Nest.map(p.structure, x -> x instanceof Jit.Slot s ? new Result(s.index()) : x);
    return new Lowered(p.graph(), List.copyOf(inputs), structure, List.copyOf(p.assigned));
  }
}
