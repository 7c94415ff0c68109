package org.keras4j.core.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.sharding.Mesh;
import org.keras4j.core.sharding.Sharding;

/**
 * A step of a model (of training, of evaluation, of prediction) as a pure function of a batch and its state, to be written by a
 * {@link GraphFormat}.
 *
 * @param name for people
 * @param graph what is computed
 * @param inputs what the graph's inputs are: first the batch, then the state
 * @param outputs what its outputs are
 * @param mesh the devices that it is divided among; null for one
 */
public record StepFunction(
    String name,
    Graph graph,
    List<Input> inputs,
    List<Output> outputs,
    @Nullable Mesh mesh) {
  public StepFunction {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * An input.
   *
   * @param name of a part of the batch, or the path of a variable; none is there twice
   * @param state whether it is kept from step to step
   * @param value the batch's, or what the state is now
   * @param sharding how it lies on the mesh; null if there is none
   */
  public record Input(
      String name, boolean state, NDArray value, @Nullable Sharding sharding) {}

  /**
   * An output.
   *
   * @param name of a result, or the path of a variable
   * @param next of which input it is the value in the next step; -1 if of none
   * @param sharding how it lies on the mesh; null if there is none
   */
  public record Output(String name, int next, @Nullable Sharding sharding) {}
}
