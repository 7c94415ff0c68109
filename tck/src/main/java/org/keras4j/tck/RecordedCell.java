package org.keras4j.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.rnn.RNNCell;
import org.keras4j.layers.rnn.StepContext;
import org.keras4j.ops.Ops;

/**
 * The cells that Keras's tests define for themselves, which recorded configs name: each state is the input
 * times a kernel and the first state times a kernel of its own, and the output their sum.
 *
 * @param <S> the class itself
 */
abstract class RecordedCell<S extends RecordedCell<S>> extends FluentLayer<S> implements RNNCell {
  /** The classes by the names in configs. */
  static final Map<String, Class<?>> CLASSES =
      Map.of("OneStateRNNCell", OneState.class, "TwoStatesRNNCell", TwoStates.class);

  @Config
  private int units;

  @Config
  private @Nullable Object stateSize;

  private final List<Variable> kernels = new ArrayList<>();

  /** The names of the kernels: the input's, and one for each state. */
  abstract List<String> names();

  @Override
  protected void build(Shape input) {
    for (String name : names()) {
      int rows = kernels.isEmpty() ? input.intDim(-1) : units;
      kernels.add(addWeight(name, Shape.of(rows, units), "ones"));
    }
  }

  @Override
  public List<?> stateShape() {
    return names().stream().skip(1).map(n -> Shape.of(units)).toList();
  }

  @Override
  public Step step(Tensor x, List<?> states, StepContext context) {
    Tensor in = Ops.matmul(x, kernels.get(0));
    List<Tensor> next = new ArrayList<>();
    Tensor sum = null;
    for (Variable kernel : kernels.subList(1, kernels.size())) {
      Tensor state = Ops.add(in, Ops.matmul(states.get(0), kernel));
      next.add(state);
      sum = sum == null ? state : Ops.add(sum, state);
    }
    return new Step(sum == null ? in : sum, next);
  }

  /** With one state. */
  @KerasSerializable(module = "keras.src.layers.rnn.rnn_test", name = "OneStateRNNCell")
  static final class OneState extends RecordedCell<OneState> {
    private OneState() {}

    @Override
    List<String> names() {
      return List.of("kernel", "recurrent_kernel");
    }
  }

  /** With two. */
  @KerasSerializable(module = "keras.src.layers.rnn.rnn_test", name = "TwoStatesRNNCell")
  static final class TwoStates extends RecordedCell<TwoStates> {
    private TwoStates() {}

    @Override
    List<String> names() {
      return List.of("kernel", "recurrent_kernel_1", "recurrent_kernel_2");
    }
  }
}
