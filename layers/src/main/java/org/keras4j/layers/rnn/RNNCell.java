package org.keras4j.layers.rnn;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;

/**
 * What {@link RNN} needs of a layer to step it over a sequence: a layer of one's own that implements this
 * is a custom cell. It makes its weights in {@code build}, for an input without the time axis.
 */
public interface RNNCell {
  /**
   * What a step gives.
   *
   * @param output {@code (batch, ...)}
   * @param states the new states, in the structure of the old ones
   */
  record Step(Tensor output, List<?> states) {}

  /**
   * The shapes of the states, without the batch axis: a list of {@link Shape}s, or of lists of them. Asked
   * for once the cell is built.
   */
  List<?> stateShape();

  /**
   * One step.
   *
   * @param input {@code (batch, ...)}
   * @param states in the structure of {@link #stateShape}
   */
  Step step(Tensor input, List<?> states, StepContext context);

  /** The states that a sequence starts with; zeros by default. */
  default List<?> initialState(Function<Shape, Tensor> zeros) {
    return (List<?>) Objects.requireNonNull(Nest.map(stateShape(), s -> zeros.apply((Shape) s)));
  }

  /** Called in training before the first step, for what all steps of a sequence share: dropout masks. */
  default void prepare(Tensor firstInput, List<?> states, StepContext context) {}

  /** The size of the output's last axis; the first state's by default. */
  default long outputSize() {
    return ((Shape) Nest.flatten(stateShape()).get(0)).last();
  }
}
