package org.keras4j.tck;

import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;

/** What a case calls: a function, or an object made from its config. */
interface Subject {
  /**
   * Calls it once, on the case's arguments.
   *
   * @param values gives what stands for the array of a key: a tensor of some kind
   * @return the fields of the case to compare, {@code "outputs"} among them
   */
  Map<String, @Nullable Object> call(IntFunction<? extends @Nullable Object> values);

  /** The outputs of the call whose gradients are recorded. */
  default @Nullable Object differentiable(IntFunction<? extends @Nullable Object> values) {
    return call(values).get("outputs");
  }

  /** Puts back the state that a call changes. */
  default void reset() {}

  /** The variables whose recorded values have these keys. */
  default Map<Integer, Variable> variables() {
    return Map.of();
  }

  /** Fields to compare after a call that computed numbers. */
  default Map<String, @Nullable Object> after() {
    return Map.of();
  }

  /** The arrays among the arguments. */
  Set<Integer> inputKeys();

  /**
   * Whether an argument has a batch axis, whose size a model does not know.
   *
   * @param first shape and dtype of the first argument; null for the first
   */
  boolean hasBatch(TensorSpec argument, @Nullable TensorSpec first);

  /** Whether symbolic tensors of models may be given; otherwise the call is traced as models trace it. */
  default boolean takesKerasTensors() {
    return true;
  }

  /** Whether the checks that make a graph apply. */
  default boolean makesGraphs() {
    return true;
  }

  /** The arrays that must be known while a graph is made, being sizes and places. */
  default Set<Integer> staticKeys() {
    return Set.of();
  }

  /** Whether arguments are tensors; otherwise arrays on the host, and the call is only run eagerly. */
  default boolean takesTensors() {
    return true;
  }
}
